'use server';

import { toAction } from '@/lib/auth/to-action';
import { moveDemoClock } from '@/lib/installation/move-demo-clock';
import { resetDemoAndSandbox } from '@/lib/installation/reset-demo-and-sandbox';

export const moveDemoClockAction = toAction(moveDemoClock, { more: ({ offsetMs }) => ({ offsetMs }) });

/** Who is signed in with a demo sign-in stays so. */
export const resetDemoAction = toAction(resetDemoAndSandbox);
