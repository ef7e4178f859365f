'use client';

import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { deactivateIntegrationAction } from '../identity-management/actions';

/** The link in the header, with the question and what follows from it. */
export function DeactivateConnection({ applicationId, displayLabel }: { applicationId: string; displayLabel: string }) {
  const [open, setOpen] = useState(false);
  const deactivate = useAction(deactivateIntegrationAction, {
    success: `The IdM connection of ${displayLabel} was deactivated`,
    showError: 'inline',
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button variant="link" size="sm" onClick={() => setOpen(true)}>
        Deactivate IdM connection
      </Button>
      <ConfirmDestructive
        open={open}
        onOpenChange={(next) => {
          deactivate.clearError();
          setOpen(next);
        }}
        title={`Deactivate the IdM connection of ${displayLabel}?`}
        consequences={[
          'Nothing more is sent: people who leave or are suspended keep their account there until somebody deactivates it by hand.',
          `Users and groups in ${displayLabel} stay as they are.`,
          'The token is forgotten. Attribute mappings and links are kept, so that activating again goes on where this ended.',
          'Single sign-on is not affected.',
        ]}
        confirmLabel="Confirm"
        pending={deactivate.pending}
        error={deactivate.error}
        onConfirm={() => void deactivate.run({ applicationId })}
      />
    </>
  );
}
