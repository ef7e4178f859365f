'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import type { IntegrationStatusName } from '@/lib/core/states';
import { runLeavesQuarantine, runReadsAgain } from '@/lib/provisioning/schema';
import { pauseIntegrationAction, resumeIntegrationAction } from '../../identity-management/actions';
import { runCycleNowAction, stopCycleAction } from '../actions';

/** Run now, stop, pause, resume: whichever there is to do. */
export function RunControls({
  applicationId,
  status,
  held,
  running,
  mayRun,
  mayPause,
}: {
  applicationId: string;
  status: IntegrationStatusName;
  /** Many accounts disappeared at once: a cycle reads, and sends nothing before they are found or confirmed. */
  held: boolean;
  running: boolean;
  mayRun: boolean;
  mayPause: boolean;
}) {
  const [asking, setAsking] = useState<'pause' | 'run'>();
  const input = { applicationId };
  const close = { onSuccess: () => setAsking(undefined) };
  const run = useAction(runCycleNowAction, { ...close, success: 'Cycle started' });
  const stop = useAction(stopCycleAction, { success: 'Cycle stopped' });
  const resume = useAction(resumeIntegrationAction, { success: 'Provisioning resumed' });
  const pause = useAction(pauseIntegrationAction, { ...close, success: 'Provisioning paused' });
  const runNow = () => (status === 'quarantined' ? setAsking('run') : void run.run(input));
  if (status === 'inactive') return null;
  return (
    <>
      {mayRun && running && (
        <Button size="sm" pending={stop.pending} onClick={() => void stop.run(input)}>
          Stop
        </Button>
      )}
      {mayPause && status === 'active' && (
        <Button size="sm" onClick={() => setAsking('pause')}>
          Pause
        </Button>
      )}
      {mayPause && status === 'paused' && (
        <Button size="sm" pending={resume.pending} onClick={() => void resume.run(input)}>
          Resume
        </Button>
      )}
      {mayRun && status !== 'paused' && (
        <Button size="sm" variant="primary" pending={run.pending} onClick={runNow}>
          {running ? 'Restart' : 'Run now'}
        </Button>
      )}
      <AlertDialog
        open={asking === 'run'}
        onOpenChange={() => setAsking(undefined)}
        title="Run a cycle on a quarantined connection?"
        description={held ? runReadsAgain : runLeavesQuarantine}
        confirmLabel="Run now"
        pending={run.pending}
        onConfirm={() => void run.run(input)}
      />
      <AlertDialog
        open={asking === 'pause'}
        onOpenChange={() => setAsking(undefined)}
        title="Pause provisioning?"
        description="Nothing is sent until it is resumed, deprovisioning included: people who leave keep their account there meanwhile. Resuming catches up with everything."
        confirmLabel="Pause provisioning"
        pending={pause.pending}
        onConfirm={() => void pause.run(input)}
      />
    </>
  );
}
