import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { forgetSettings } from '@/lib/settings/settings';
import { resetDemo } from '@/prisma/seed';
import { isDemo, refreshDemoClock } from './demo-clock';

const sandboxTimeoutMs = 10_000;

/**
 * Brings the sample directory, the clock and the sandbox (`SANDBOX_URL`, where that is set) back.
 * @throws AppError `forbidden` outside a demo; `connection_failed` when all but the sandbox is back
 */
export async function resetDemoAndSandbox(actor: Actor): Promise<void> {
  if (!isDemo()) throw new AppError('forbidden', 'Only a demo can be reset.');
  await resetDemo(actor);
  await refreshDemoClock(0);
  forgetSettings();
  await resetSandbox();
}

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
