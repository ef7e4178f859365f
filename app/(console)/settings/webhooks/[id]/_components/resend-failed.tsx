'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { resendFailedAction } from '../../actions';

export function ResendFailed({ id, count }: { id: string; count: number }) {
  const resend = useAction(resendFailedAction, {
    success: (result) =>
      result.changed === 1 ? '1 delivery is sent again' : `${result.changed} deliveries are sent again`,
  });
  return (
    <Button pending={resend.pending} onClick={() => resend.run({ webhookId: id })}>
      {count === 1 ? 'Send the failed one again' : `Send all ${count.toLocaleString('en')} failed again`}
    </Button>
  );
}
