'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { retryWaits } from '@/lib/provisioning/schema';
import { correctDriftAction } from '../actions';

/** Sends what the directory has to accounts that differ over there. @param linkId of one; absent: all that are left so */
export function CorrectDrift({
  applicationId,
  linkId,
  count,
  status,
}: {
  applicationId: string;
  linkId?: string;
  /** Of all. */
  count?: string;
  /** Of the connection: where nothing is sent, it says what is waited for. */
  status: string;
}) {
  const waits = retryWaits[status];
  const correct = useAction(correctDriftAction, {
    success: ({ changed }) =>
      [`${changed.toLocaleString('en')} ${changed === 1 ? 'account is' : 'accounts are'} corrected`, waits]
        .filter(Boolean)
        .join('. '),
  });
  const size = linkId ? ({ size: 'sm', variant: 'primary' } as const) : {};
  return (
    <Button
      {...size}
      pending={correct.pending}
      title={waits}
      onClick={() => void correct.run({ applicationId, ...(linkId ? { linkIds: [linkId] } : {}) })}
    >
      {linkId ? 'Correct now' : `Correct ${count} that ${count === '1' ? 'differs' : 'differ'}`}
    </Button>
  );
}
