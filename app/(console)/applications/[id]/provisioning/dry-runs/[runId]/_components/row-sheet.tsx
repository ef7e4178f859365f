'use client';

import type { ReactNode } from 'react';
import { DiffTable } from '@/components/patterns/diff-table';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Sheet, SheetContent } from '@/components/ui/sheet';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { DryRunRow } from '@/lib/provisioning/queries/dry-run-rows';
import { kindWords } from '../../../_components/dry-run-words';
import { memberWords } from './planned-change';

interface Props {
  row: DryRunRow | undefined;
  applicationId: string;
  appName: string;
  onClose: () => void;
}

/** One person or group: each attribute as it is and as it would be. */
export function RowSheet({ row, applicationId, appName, onClose }: Props) {
  return (
    <Sheet open={row !== undefined} onOpenChange={(open) => !open && onClose()}>
      {row && (
        <SheetContent wide title={row.name}>
          <div className="grid gap-4">
            <Details row={row} appName={appName} />
            <TextLink
              className="w-fit"
              href={row.subject === 'user' ? links.application(applicationId).assignment(row.id) : links.group(row.id)}
            >
              {row.subject === 'user' ? 'Open this person in the application' : 'Open this user group'}
            </TextLink>
          </div>
        </SheetContent>
      )}
    </Sheet>
  );
}

function Details({ row: { kind, plan, members }, appName }: { row: DryRunRow; appName: string }) {
  const { word, tone } = kindWords[kind];
  const rows = Object.entries(plan?.changes ?? {}).map(([name, { from, to }]) => ({
    name,
    before: shown(from),
    after: shown(to),
    changed: true,
  }));
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <Status tone={tone}>{word}</Status>
        {plan?.waits && <span className="text-muted">Sent only once somebody allows it</span>}
      </div>
      {plan?.takesOver && plan.remoteId && (
        <p className="break-all">
          Takes over the account or group <code className="font-mono text-xs">{plan.remoteId}</code> that is in{' '}
          {appName} already.
        </p>
      )}
      {plan?.reason && (
        <Callout kind={kind === 'skip' ? 'info' : 'error'} title={plan.reason.message}>
          {plan.reason.hint}
        </Callout>
      )}
      {rows.length > 0 && (
        <DiffTable label="Attributes" rows={rows} beforeHeader={`In ${appName}`} afterHeader="Would be" />
      )}
      {plan && memberWords(plan.members) && (
        <div className="grid gap-2">
          <h3 className="font-semibold">Members</h3>
          <p className="text-muted">{memberWords(plan.members)}</p>
          <Names title="Added" names={members?.added} count={plan.members?.added} />
          <Names title="Removed" names={members?.removed} count={plan.members?.removed} />
        </div>
      )}
    </>
  );
}

function Names({
  title,
  names = [],
  count = 0,
}: {
  title: string;
  names?: string[] | undefined;
  count?: number | undefined;
}) {
  if (count === 0) return null;
  const rest = count - names.length;
  return (
    <p>
      <span className="text-muted">{title}: </span>
      {names.join(', ')}
      {rest > 0 && (
        <span className="text-muted">{`${names.length > 0 ? ', and ' : ''}${rest.toLocaleString('en')} more`}</span>
      )}
    </p>
  );
}

function shown(value: unknown): ReactNode | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
