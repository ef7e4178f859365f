'use client';

import { useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { pauseProvisioningAction, resumeProvisioningAction } from '../settings/general/actions';

/** Pauses all provisioning, or resumes it: the one switch for every application. */
export function PauseEverything({ paused }: { paused: boolean }) {
  const [asking, setAsking] = useState(false);
  const pause = useAction(pauseProvisioningAction, {
    success: 'All provisioning is paused',
    onSuccess: () => setAsking(false),
  });
  const resume = useAction(resumeProvisioningAction, { success: 'Provisioning resumed' });
  if (paused) {
    return (
      <Button pending={resume.pending} onClick={() => void resume.run({})}>
        Resume provisioning
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>Pause all provisioning</Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title="Pause all provisioning?"
        description="Nothing is sent to any application until you resume: no new accounts, no changes, and nobody who is suspended or leaves loses an account. What changes meanwhile waits and goes out then. People go on signing in, and who may not is refused."
        confirmLabel="Pause all provisioning"
        danger
        pending={pause.pending}
        onConfirm={() => void pause.run({})}
      />
    </>
  );
}
