'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { runCycleNow } from '@/lib/provisioning/run-now';
import { applicationRefSchema } from '@/lib/provisioning/schema';
import { stopCycle } from '@/lib/provisioning/stop-cycle';

const options = { permission: 'provisioning.run', schema: applicationRefSchema } as const;

export const runCycleNowAction = defineAction(options, async (input, { actor }) => {
  const { cycleId } = await runCycleNow(actor, input);
  revalidatePath(links.application(input.applicationId).overview(), 'layout');
  return { cycleId };
});

export const stopCycleAction = defineAction(options, async (input, { actor }) => {
  await stopCycle(actor, input);
  revalidatePath(links.application(input.applicationId).overview(), 'layout');
});
