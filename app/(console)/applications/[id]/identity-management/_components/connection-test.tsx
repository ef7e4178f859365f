'use client';

import { StepTimeline } from '@/components/patterns/step-timeline';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
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
        {test.refused && (
          <Callout kind="error" title={test.refused.message}>
            {test.refused.hint}
          </Callout>
        )}
        <StepTimeline label="Connection test" steps={test.steps} />
        {test.passed && <Callout kind="ok" title="The connection works." />}
      </div>
    </Card>
  );
}
