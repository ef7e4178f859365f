'use client';

import { useState } from 'react';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Dialog } from '@/components/ui/dialog';
import { TokenForm } from './token-form';
import { type MadeToken, TokenShown } from './token-shown';

/** Creates a token and shows it, this once: while it is shown, nothing closes it unasked. */
export function CreateTokenDialog({
  open,
  onOpenChange,
  origin,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  origin: string;
}) {
  const [made, setMade] = useState<MadeToken>();
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
    setMade(undefined);
    onOpenChange(false);
  };
  const change = (next: boolean) => {
    if (next) onOpenChange(true);
    else if (made) setAsking(true);
    else close();
  };
  return (
    <>
      <Dialog open={open} onOpenChange={change}>
        {made ? (
          <TokenShown made={made} origin={origin} onStored={close} />
        ) : (
          <TokenForm onCreated={setMade} onCancel={close} />
        )}
      </Dialog>
      {/* Reloading or closing the tab. */}
      <LeaveGuard when={open && made !== undefined} />
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title="Close without the token?"
        description="If it is not stored anywhere yet, it is lost: it is not shown again. It stays in the list until it is revoked."
        confirmLabel="Close"
        cancelLabel="Show the token"
        danger
        onConfirm={close}
      />
    </>
  );
}
