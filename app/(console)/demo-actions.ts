'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/auth/define-action';
import { clockStepSchema, moveDemoClock } from '@/lib/installation/move-demo-clock';
import { resetDemoAndSandbox } from '@/lib/installation/reset-demo-and-sandbox';

const permission = 'demo.reset';

export const moveDemoClockAction = defineAction(
  { permission, schema: z.object({ step: clockStepSchema }) },
  (input, { actor }) => moveDemoClock(actor, input),
);

/** Who is signed in with a demo sign-in stays so. */
export const resetDemoAction = defineAction({ permission, schema: z.object({}) }, (_input, { actor }) =>
  resetDemoAndSandbox(actor),
);
