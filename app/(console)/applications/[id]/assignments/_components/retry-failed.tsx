'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { linkStatesThat } from '@/lib/core/states';
import { retryWaits } from '@/lib/provisioning/schema';
import { retryFailedAction } from '../actions';

/** Has everything that failed tried again now. @param status of the connection: where nothing is sent, it says what is waited for */
export function RetryFailed({
  applicationId,
  count,
  status,
}: {
  applicationId: string;
  /** As it is shown: `1,000+` where they are not counted further. */
  count: string;
  status: string;
}) {
  const waits = retryWaits[status];
  const retry = useAction(retryFailedAction, {
    success: ({ changed }) =>
      [`${changed.toLocaleString('en')} ${changed === 1 ? 'account is' : 'accounts are'} tried again`, waits]
        .filter(Boolean)
        .join('. '),
  });
  return (
    <Button
      pending={retry.pending}
      title={waits}
      onClick={() => void retry.run({ applicationId, states: [...linkStatesThat.fail] })}
    >
      Retry {count} failed
    </Button>
  );
}
