'use client';

import { useState } from 'react';
import { atLeast } from '@/components/patterns/at-least';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { sendImportActivationsAction } from '../actions';

/** Mails a link to everybody whom the import created and who cannot sign in yet, once the number is confirmed. */
export function SendActivations(props: { importId: string; count: number; countIsExact: boolean }) {
  const { importId, count, countIsExact } = props;
  const [asking, setAsking] = useState(false);
  const send = useAction(sendImportActivationsAction, {
    success: 'The links are on their way',
    onSuccess: () => setAsking(false),
  });
  const people = `${atLeast(count, countIsExact)} ${count === 1 && countIsExact ? 'person' : 'people'}`;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Send activation links…</Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Send activation links to ${people}?`}
        description="Each gets a mail with a link that works once, by which they choose their password. Who has a password, or a link already, gets none."
        confirmLabel={`Send to ${people}`}
        pending={send.pending}
        onConfirm={() => void send.run({ importId })}
      />
    </>
  );
}
