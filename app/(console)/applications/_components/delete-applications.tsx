'use client';

import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { deleteApplicationsAction } from '../actions';

function count(number: number): string {
  return number === 1 ? '1 application' : `${number} applications`;
}

/** Asks for the number of applications to be typed, then deletes them. */
export function DeleteApplications({
  ids,
  labels,
  onClose,
  onDeleted,
}: {
  ids: readonly string[];
  labels: readonly string[];
  onClose: () => void;
  onDeleted: () => void;
}) {
  const { run, pending, error } = useAction(deleteApplicationsAction, {
    success: (result) => `${count(result.deleted)} deleted`,
    onSuccess: onDeleted,
    showError: 'inline',
  });
  const them = ids.length === 1 ? 'it' : 'them';
  return (
    <ConfirmDestructive
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${count(ids.length)}?`}
      consequences={[
        `${labels.join(', ')} will be gone for good, with settings, certificates and history of links.`,
        `Nobody can sign in to ${them} through Latchkey any more, and the tiles disappear from the user portal.`,
        'Accounts and groups in the applications stay as they are; Latchkey stops managing them.',
        'The SSO IdP URL can only be used again by creating the application anew, with a new certificate.',
      ]}
      typeToConfirm={{
        label: `Enter the number of applications you are deleting (${ids.length})`,
        value: String(ids.length),
      }}
      confirmLabel="Delete Application"
      pending={pending}
      error={error}
      onConfirm={(typedCount) => void run({ ids: [...ids], typedCount })}
    />
  );
}
