'use server';

import { z } from 'zod';
import { defineAction } from '@/lib/auth/define-action';
import { resetDemoAndSandbox } from '@/lib/directory/reset-demo-and-sandbox';
import { clockStepSchema, moveDemoClock } from '@/lib/events/move-demo-clock';

const permission = 'demo.reset';

export const moveDemoClockAction = defineAction(
  { permission, schema: z.object({ step: clockStepSchema }) },
  (input, { actor }) => moveDemoClock(actor, input),
);

/** Who is signed in with a demo sign-in stays so. */
export const resetDemoAction = defineAction({ permission, schema: z.object({}) }, (_input, { actor }) =>
  resetDemoAndSandbox(actor),
);
