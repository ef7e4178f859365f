'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { retryFailedAction } from '../actions';

/** Has everything that failed tried again now. */
export function RetryFailed({ applicationId, count }: { applicationId: string; count: number }) {
  const retry = useAction(retryFailedAction, {
    success: ({ changed }) =>
      `${changed.toLocaleString('en')} ${changed === 1 ? 'account is' : 'accounts are'} tried again`,
  });
  return (
    <Button
      pending={retry.pending}
      onClick={() => void retry.run({ applicationId, states: ['error', 'conflict', 'outcome_unknown'] })}
    >
      Retry {count.toLocaleString('en')} failed
    </Button>
  );
}
