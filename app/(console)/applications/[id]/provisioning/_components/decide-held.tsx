'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { allowHeldAction, rejectHeldAction } from '../actions';

/** Allow and Reject, each with what becomes of it. */
export function DecideHeld({
  application: { id: applicationId, displayLabel },
  choice,
  count,
  rejected = false,
  onDone,
}: {
  application: { id: string; displayLabel: string };
  /** Which: these, or all that were there when they were read. */
  choice: { operationIds: string[] } | { seenAt: Date };
  count: number;
  /** It was rejected already: it can be allowed after all. */
  rejected?: boolean;
  onDone?: () => void;
}) {
  const [asking, setAsking] = useState<'allow' | 'reject'>();
  const done = (word: string) => ({
    success: ({ changed = 0 }: { changed?: number }) => `${changed.toLocaleString('en')} ${word}`,
    onSuccess: () => {
      setAsking(undefined);
      onDone?.();
    },
    showError: 'inline' as const,
  });
  const allow = useAction(allowHeldAction, done('allowed: sent within seconds'));
  const reject = useAction(rejectHeldAction, done('rejected'));
  const close = () => {
    setAsking(undefined);
    allow.clearError();
    reject.clearError();
  };
  const input = { applicationId, ...choice };
  const what = count === 1 ? 'this operation' : `these ${count.toLocaleString('en')} operations`;
  return (
    <>
      <Button size="sm" variant="primary" onClick={() => setAsking('allow')}>
        {rejected ? 'Allow after all' : 'Allow'}
      </Button>
      {!rejected && (
        <Button size="sm" onClick={() => setAsking('reject')}>
          Reject
        </Button>
      )}
      <ConfirmDestructive
        open={asking === 'allow'}
        onOpenChange={close}
        title={`Allow ${what}?`}
        consequences={[
          `It is sent to ${displayLabel} within seconds: as the list says, accounts are deactivated, deleted, created or changed.`,
          'Each is planned once more: whoever is to keep the account by now keeps it.',
        ]}
        confirmLabel="Allow"
        pending={allow.pending}
        error={allow.error}
        onConfirm={() => void allow.run({ ...input, rejected })}
      />
      <AlertDialog
        open={asking === 'reject'}
        onOpenChange={close}
        title={`Reject ${what}?`}
        description={`What it is about stays as it is in ${displayLabel}. Nobody is asked again until something else is planned for it. It can be allowed after all, on the page of each person.`}
        confirmLabel="Reject"
        pending={reject.pending}
        onConfirm={() => void reject.run(input)}
      >
        <FormError error={reject.error} />
      </AlertDialog>
    </>
  );
}
