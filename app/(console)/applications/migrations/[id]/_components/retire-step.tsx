'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import type { TimelineStep } from '@/components/patterns/step-timeline';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { finishMigrationAction } from '../actions';
import type { StepProps } from './step-props';

/** The old instance is deactivated or deleted, which ends the migration. */
export function retireStep(props: StepProps): TimelineStep {
  const { move, readOnly } = props;
  const { oldLabel } = move;
  const base = { id: 'retire', label: `Retire ${oldLabel}` };
  if (move.stage === 'finished') {
    return {
      ...base,
      state: 'ok',
      message: `${oldLabel} was ${move.retired === 'delete' ? 'deleted' : 'deactivated'}. Its accounts stayed as they are.`,
    };
  }
  const isDue = move.stage === 'signed_over' || (move.stage === 'handed_over' && !move.movesSignOn);
  return {
    ...base,
    state: 'waiting',
    message:
      'Deactivated, it keeps its settings and manages nobody any more. Either way accounts over there stay as they are.',
    ...(isDue && !readOnly ? { actions: <Retire {...props} /> } : {}),
  };
}

function Retire({ move }: StepProps) {
  const [open, setOpen] = useState<'deactivate' | 'delete'>();
  const { id, oldLabel, newLabel, movesAccounts } = move;
  const finish = useAction(finishMigrationAction, {
    success: 'The migration is finished',
    showError: 'inline',
    onSuccess: () => setOpen(undefined),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" variant="primary" onClick={() => setOpen('deactivate')}>
        Deactivate the old instance
      </Button>
      <Button size="sm" variant="danger-quiet" onClick={() => setOpen('delete')}>
        Delete the old instance
      </Button>
      {open && (
        <ConfirmDestructive
          open
          onOpenChange={(next) => {
            finish.clearError();
            if (!next) setOpen(undefined);
          }}
          title={`${open === 'delete' ? 'Delete' : 'Deactivate'} ${oldLabel}?`}
          consequences={[
            `The migration is finished: from then on only ${newLabel} answers for these people, and it cannot be backed out of.`,
            ...(movesAccounts ? ['Nothing is sent to any account. The token of the old instance is forgotten.'] : []),
            open === 'delete'
              ? 'Its settings, certificate and history of accounts are deleted for good.'
              : 'Its settings are kept. Activated again, it leaves the accounts of these people alone.',
          ]}
          confirmLabel={open === 'delete' ? 'Delete and finish' : 'Deactivate and finish'}
          pending={finish.pending}
          error={finish.error}
          onConfirm={() => void finish.run({ moveId: id, old: open })}
        />
      )}
    </div>
  );
}
