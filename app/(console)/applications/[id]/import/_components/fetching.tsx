'use client';

import { ProgressBar } from '@/components/patterns/progress-bar';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { discardImportAction } from '../actions';
import { useProgress } from './use-progress';

const untouched = 'Nothing is changed in the application.';

/** Step 1: accounts are being read. */
export function Fetching({
  importId,
  appName,
  mayRun,
  takes,
}: {
  importId: string;
  appName: string;
  mayRun: boolean;
  takes: { people: boolean; groups: boolean };
}) {
  const progress = useProgress(importId, 'fetching');
  const discard = useAction(discardImportAction);
  const read = progress?.expected !== null && progress?.expected === progress?.fetched;
  return (
    <Card
      title={`Reading the ${takes.people ? 'accounts' : ''}${takes.people && takes.groups ? ' and ' : ''}${takes.groups ? 'groups' : ''} of ${appName}`}
      description="You can leave this page and come back: the reading goes on."
      actions={
        mayRun && (
          <Button pending={discard.pending} onClick={() => void discard.run({ importId })}>
            Cancel
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {takes.people && (
          <ProgressBar
            label={read && !takes.groups ? 'Matching accounts with people' : 'Accounts read'}
            done={progress?.fetched ?? 0}
            total={progress?.expected ?? null}
            note={takes.groups ? undefined : untouched}
          />
        )}
        {takes.groups && (
          <ProgressBar label="Groups read" done={progress?.groups.fetched ?? 0} total={null} note={untouched} />
        )}
      </div>
    </Card>
  );
}
