'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/auth/define-action';
import { AppError } from '@/lib/core/errors';
import { isDemo, refreshDemoClock } from '@/lib/db/demo-clock';
import { type ClockStep, clockSteps, moveDemoClock } from '@/lib/events/move-demo-clock';
import { resetDemo } from '@/prisma/seed';

const permission = 'demo.reset';
const steps = Object.keys(clockSteps) as [ClockStep, ...ClockStep[]];
const sandboxTimeoutMs = 10_000;

export const moveDemoClockAction = defineAction(
  { permission, schema: z.object({ step: z.enum(steps) }) },
  (input, { actor }) => moveDemoClock(actor, input),
);

/** Brings the sample directory, the clock and the sandbox back. Who is signed in with a demo sign-in stays so. */
export const resetDemoAction = defineAction({ permission, schema: z.object({}) }, async (_input, { actor }) => {
  if (!isDemo()) throw new AppError('forbidden', 'Only a demo can be reset.');
  await resetDemo(actor);
  await refreshDemoClock(0);
  await resetSandbox();
});

async function resetSandbox(): Promise<void> {
  const url = process.env.SANDBOX_URL;
  if (!url) return;
  const answer = await fetch(`${url}/_control/reset`, {
    method: 'POST',
    signal: AbortSignal.timeout(sandboxTimeoutMs),
  }).catch(() => undefined);
  if (answer?.ok) return;
  throw new AppError('connection_failed', 'The sample directory is back, but the sandbox did not answer.', {
    hint: 'Look whether the sandbox runs, then reset again.',
  });
}
