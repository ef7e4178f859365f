'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { type IntegrationStatusName, integrationStatusesThat, isOneOf } from '@/lib/core/states';
import type { AppliedRows } from '@/lib/provisioning/dry-runs/schema';
import type { DryRunDetail } from '@/lib/provisioning/queries/dry-runs';
import { activateDryRunAction } from '../../../../identity-management/actions';
import { countWords } from '../../../_components/dry-run-words';
import { applyDryRunAction } from '../../../actions';

/** Of a run: rows that are chosen, or all that the filters leave. */
export interface ChosenRows {
  input: Pick<AppliedRows, 'rows' | 'kind' | 'compared' | 'of'>;
  count: number;
  onDone: () => void;
}

interface Props {
  run: DryRunDetail;
  appName: string;
  status: IntegrationStatusName | undefined;
  /** Absent: all of it. */
  chosen?: ChosenRows;
}

/** Whether some of a run can be carried out: not what activates a connection, which has to begin with all of it. */
export function mayChoose({ keepsConnection }: DryRunDetail, status: IntegrationStatusName | undefined): boolean {
  return !keepsConnection && isOneOf(integrationStatusesThat.mayCarryOut, status);
}

/** Apply, or Activate where it is about a connection that is not active yet: what was reviewed is sent, and nothing else. */
export function CarryOut({ run, appName, status, chosen }: Props) {
  const [asking, setAsking] = useState(false);
  const router = useRouter();
  const done = {
    onSuccess: () => {
      setAsking(false);
      chosen?.onDone();
      router.push(links.application(run.applicationId).provisioning());
    },
    showError: 'inline' as const,
  };
  const apply = useAction(applyDryRunAction, { ...done, success: 'A cycle carries it out' });
  const activate = useAction(activateDryRunAction, {
    ...done,
    success: `Identity Management is active for ${appName}`,
  });
  const isActivation = run.keepsConnection;
  if (!isActivation && !isOneOf(integrationStatusesThat.mayCarryOut, status)) return null;
  const used = isActivation ? activate : apply;
  const held = run.counts.held ?? 0;
  const rows = chosen && `${chosen.count.toLocaleString('en')} ${chosen.count === 1 ? 'row' : 'rows'}`;
  const label = isActivation ? 'Activate integration' : rows ? `Apply ${rows}` : 'Apply';
  return (
    <>
      <Button size="sm" variant="primary" onClick={() => setAsking(true)}>
        {label}
      </Button>
      <ConfirmDestructive
        open={asking}
        onOpenChange={() => {
          setAsking(false);
          used.clearError();
        }}
        title={
          isActivation
            ? `Activate Identity Management for ${appName}?`
            : rows
              ? `Apply ${rows} of this dry run?`
              : 'Apply this dry run?'
        }
        consequences={[
          ...(rows ? [] : [`${countWords(run.counts)}.`]),
          'Everything is planned once more, and what is still the same is sent.',
          rows
            ? 'What was not chosen, and what is another thing by now, is not sent: it waits under Held operations. Chosen here later, it is sent then.'
            : 'What is another thing by now, or was not in this dry run, is not sent: it waits under Held operations.',
          ...(held > 0 ? ['What is held stays held until somebody allows it.'] : []),
          ...(status === 'paused' && !isActivation ? ['Provisioning is paused: it goes on with this.'] : []),
        ]}
        confirmLabel={label}
        pending={used.pending}
        error={used.error}
        onConfirm={() => void used.run({ runId: run.id, ...chosen?.input })}
      />
    </>
  );
}
