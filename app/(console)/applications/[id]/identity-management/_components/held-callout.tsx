'use client';

import Link from 'next/link';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import type { MissingRow } from '@/lib/provisioning/queries/missing';
import { runReadsAgain } from '@/lib/provisioning/schema';
import { runCycleNowAction } from '../../provisioning/actions';
import { confirmMissingAction } from '../actions';

export interface Missing {
  /** The first of them. */
  items: MissingRow[];
  total: number;
}

/** Many accounts disappeared at once, and nothing is sent: whose they are, and the two ways to go on. */
export function HeldCallout({
  application,
  integration,
  missing,
  mayWrite,
  mayRun,
}: {
  application: { id: string; displayLabel: string };
  integration: IntegrationState;
  missing: Missing;
  mayWrite: boolean;
  mayRun: boolean;
}) {
  const [asking, setAsking] = useState(false);
  const input = { applicationId: application.id };
  const again = useAction(runCycleNowAction, { success: 'Reading again' });
  const confirm = useAction(confirmMissingAction, {
    success: 'Confirmed: a full cycle has begun',
    onSuccess: () => setAsking(false),
    showError: 'inline',
  });
  const count = missing.total.toLocaleString('en');
  return (
    <Callout
      kind="error"
      title={`Many accounts are missing in ${application.displayLabel}: nothing is sent`}
      actions={
        <>
          {mayRun && (
            <Button size="sm" variant="primary" pending={again.pending} onClick={() => void again.run(input)}>
              Read again
            </Button>
          )}
          {mayWrite && (
            <Button size="sm" onClick={() => setAsking(true)}>
              They may be gone
            </Button>
          )}
        </>
      }
    >
      <p className="break-words">{integration.quarantineReason}</p>
      <details className="my-2">
        <summary className="cursor-pointer">Look at the {count} that are missing</summary>
        <ul className="mt-2 grid max-h-80 gap-1 overflow-y-auto">
          {missing.items.map((row) => (
            <li key={row.linkId} className="break-words">
              <Link
                className="underline"
                href={
                  row.kind === 'account' ? links.application(application.id).assignment(row.id) : links.group(row.id)
                }
              >
                {row.name}
              </Link>{' '}
              <span className="text-muted">
                {row.kind === 'group' && 'user group, '}
                {answerWords[row.answer]}
              </span>
            </li>
          ))}
        </ul>
        {missing.total > missing.items.length && (
          <p className="mt-2 text-muted">The first {missing.items.length}; the HTTP API lists all of them.</p>
        )}
      </details>
      <p className="text-muted">
        Since <RelativeTime at={integration.heldAt} />. Somebody may have deleted them there, or the token or the
        address leads to another place than before: then mend that and read again. {runReadsAgain}
        {!mayWrite && ' That they may be gone is for an administrator to say.'}
      </p>
      <ConfirmDestructive
        open={asking}
        onOpenChange={setAsking}
        title={`May these ${count} be gone?`}
        consequences={[
          `A full cycle reads ${application.displayLabel} again; who is still missing then, also when asked for by id, is forgotten.`,
          'Who is in scope gets a new account and is put into their groups again.',
          'The connection becomes active: all that waited is sent, deprovisioning included.',
        ]}
        confirmLabel="They may be gone"
        pending={confirm.pending}
        error={confirm.error}
        onConfirm={() => void confirm.run(input)}
      />
    </Callout>
  );
}

const answerWords: Readonly<Record<MissingRow['answer'], string>> = {
  unasked: 'not in the list',
  gone: 'not in the list, and gone when asked for by its id',
  there: 'not in the list, but there when asked for by its id',
  untold: 'not in the list; the application does not tell of it by its id',
};
