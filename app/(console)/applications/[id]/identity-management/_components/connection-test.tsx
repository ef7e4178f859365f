'use client';

import { StepTimeline } from '@/components/patterns/step-timeline';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { cn } from '@/components/ui/cn';
import type { ConnectionTest } from './use-connection-test';

/** The test as a checklist that fills while it runs. */
export function ConnectionTestCard({
  test,
  onRun,
  disabled = false,
}: {
  test: ConnectionTest;
  onRun: () => void;
  disabled?: boolean;
}) {
  return (
    <Card
      title="Test connection"
      description="Nothing is saved and nothing is changed in the application."
      actions={
        <Button size="sm" onClick={onRun} pending={test.running} disabled={disabled}>
          Test connection
        </Button>
      }
    >
      <div className="grid gap-4">
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
        {test.passed && !test.outdated && <Callout kind="ok" title="The connection works." />}
      </div>
    </Card>
  );
}
