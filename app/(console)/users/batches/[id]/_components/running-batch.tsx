'use client';

import { ProgressBar } from '@/components/patterns/progress-bar';
import { Card } from '@/components/ui/card';
import { useBatch } from './use-batch';

/** Under way: a bar, and what went wrong so far. */
export function RunningBatch({ id, total, label }: { id: string; total: number; label: string }) {
  const batch = useBatch(id);
  const { done = 0, skipped = 0, failed = 0 } = batch?.counts ?? {};
  return (
    <Card>
      <ProgressBar
        label={label}
        done={done + skipped + failed}
        total={batch?.total ?? total}
        note={
          failed > 0
            ? `${failed.toLocaleString('en')} failed so far; each says why when it is over.`
            : 'This runs in the background: leave if you like, and come back here.'
        }
      />
    </Card>
  );
}
