'use client';

import { ProgressBar } from '@/components/patterns/progress-bar';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { discardImportAction } from '../actions';
import { useProgress } from './use-progress';

/** Step 1: accounts are being read. */
export function Fetching({ importId, appName, mayRun }: { importId: string; appName: string; mayRun: boolean }) {
  const progress = useProgress(importId, 'fetching');
  const discard = useAction(discardImportAction);
  const read = progress?.expected !== null && progress?.expected === progress?.fetched;
  return (
    <Card
      title={`Reading the accounts of ${appName}`}
      description="You can leave this page and come back: the reading goes on."
      actions={
        mayRun && (
          <Button pending={discard.pending} onClick={() => void discard.run({ importId })}>
            Cancel
          </Button>
        )
      }
    >
      <ProgressBar
        label={read ? 'Matching accounts with people' : 'Accounts read'}
        done={progress?.fetched ?? 0}
        total={progress?.expected ?? null}
        note="Nothing is changed in the application."
      />
    </Card>
  );
}
