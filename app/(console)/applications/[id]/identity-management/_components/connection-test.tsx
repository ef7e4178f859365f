'use client';

import { StepTimeline } from '@/components/patterns/step-timeline';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { CheckboxField } from '@/components/ui/checkbox';
import { cn } from '@/components/ui/cn';
import type { ConnectionTest } from './use-connection-test';

/** The test as a checklist that fills while it runs. */
export function ConnectionTestCard({
  test,
  onRun,
  write,
  onWriteChange,
  manageGroups,
  disabled = false,
}: {
  test: ConnectionTest;
  onRun: () => void;
  /** Whether a test user is written, too. */
  write: boolean;
  onWriteChange: (write: boolean) => void;
  manageGroups: boolean;
  disabled?: boolean;
}) {
  return (
    <Card
      title="Test connection"
      description={
        write
          ? 'A test user is created over there and deleted again. Nobody else is touched.'
          : 'Nothing is saved and nothing is changed in the application.'
      }
      actions={
        <Button size="sm" onClick={onRun} pending={test.running} disabled={disabled}>
          Test connection
        </Button>
      }
    >
      <div className="grid gap-4">
        <CheckboxField
          label="Write a test user, too"
          help={`Creates latchkey-test-… with an address at example.com${manageGroups ? ', and a group with it' : ''}; changes, deactivates and deletes it, also when you leave this page. The application may count or announce it as any new user.`}
          checked={write}
          disabled={disabled || test.running}
          onCheckedChange={(checked) => onWriteChange(checked === true)}
        />
        {test.outdated && (
          <Callout kind="warning" title="Settings changed since this test">
            Test again to see whether the connection works as it is set now.
          </Callout>
        )}
        {test.refused && (
          <Callout kind={test.outdated ? 'info' : 'error'} title={test.refused.message}>
            {test.refused.hint}
          </Callout>
        )}
        <StepTimeline
          label={test.outdated ? 'Connection test, out of date' : 'Connection test'}
          steps={test.steps}
          className={cn(test.outdated && 'text-muted grayscale')}
        />
        {test.passed && !test.outdated && (
          <Callout kind="ok" title="The connection works.">
            {test.taught && inWords(test.taught)}
          </Callout>
        )}
      </div>
    </Card>
  );
}

function inWords({ patch, pathFilters }: { patch: boolean; pathFilters: boolean }): string {
  if (!patch) return 'Learned: no PATCH, whole resources are sent by PUT.';
  return pathFilters ? 'Learned: PATCH, with path filters.' : 'Learned: PATCH, without path filters.';
}
