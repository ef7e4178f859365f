'use client';

import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { retryFailedRowsAction } from '../actions';

/** Tries everything of an import that failed once more. */
export function RetryFailed({ importId, failed }: { importId: string; failed: number }) {
  const retry = useAction(retryFailedRowsAction, {
    onSuccess: ({ background }) => {
      if (!background) void fetch(`/api/imports/${importId}/run`, { method: 'POST' }).catch(() => undefined);
    },
  });
  return (
    <Button pending={retry.pending} onClick={() => void retry.run({ importId })}>
      Retry {failed.toLocaleString('en')} failed
    </Button>
  );
}
