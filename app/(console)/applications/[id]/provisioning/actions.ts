'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';

import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { stopCycle } from '@/lib/provisioning/cycles/stop-cycle';

import { allowHeld, rejectHeld } from '@/lib/provisioning/decide-held';
import { applyDryRun } from '@/lib/provisioning/dry-runs/apply-dry-run';
import { cancelDryRun, startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { provisionOnDemand } from '@/lib/provisioning/on-demand/provision-on-demand';
import { retryCause } from '@/lib/provisioning/retry-cause';
import { tickOffTasks } from '@/lib/provisioning/tick-off-tasks';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const runCycleNowAction = toAction(runCycleNow, { revalidate });

export const stopCycleAction = toAction(stopCycle, { revalidate });

export const allowHeldAction = toAction(allowHeld, { revalidate });

export const rejectHeldAction = toAction(rejectHeld, { revalidate });

export const startDryRunAction = toAction(startDryRun);

export const cancelDryRunAction = toAction(cancelDryRun);

export const applyDryRunAction = toAction(applyDryRun, { revalidate });

export const tickOffTasksAction = toAction(tickOffTasks, { revalidate });

export const provisionOnDemandAction = toAction(provisionOnDemand);

export const retryCauseAction = toAction(retryCause, { revalidate });
