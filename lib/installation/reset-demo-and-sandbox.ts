import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import { forgetSettings, readSettings } from '@/lib/settings/settings';
import { resetDemo } from '@/prisma/seed';
import { connectDemo } from '@/prisma/seed/connected';
import { isDemo, refreshDemoClock } from './demo-clock';
import { asResource } from './internal/as-resource';

const sandboxTimeoutMs = 10_000;

/**
 * Brings the sample directory, the clock and the sandbox (`SANDBOX_URL`, where that is set) back. @returns the installation
 * @throws AppError `forbidden` outside a demo; `connection_failed` when all but the sandbox is back
 */
export const resetDemoAndSandbox = declareCommand(
  { id: 'resetDemo', permission: 'demo.reset', input: z.object({}), event: 'demo_reset' },
  async (actor) => {
    if (!isDemo()) throw new AppError('forbidden', 'Only a demo can be reset.');
    await resetDemo(actor);
    await refreshDemoClock(0);
    forgetSettings();
    await resetSandbox();
    const { SANDBOX_URL: sandbox, SANDBOX_CONNECTED: connects } = process.env;
    if (sandbox && connects) await connectDemo(sandbox);
    return asResource(await readSettings());
  },
);

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
