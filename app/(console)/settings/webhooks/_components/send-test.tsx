'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { testWebhookAction } from '../actions';

/** Sends a signed message at once and says what came back. */
export function SendTest({ id }: { id: string }) {
  const test = useAction(testWebhookAction, {
    success: ({ status, durationMs }) => `The receiver accepted the test: ${status} in ${durationMs} ms`,
  });
  return (
    <Button pending={test.pending} onClick={() => test.run({ id })}>
      Send test
    </Button>
  );
}
