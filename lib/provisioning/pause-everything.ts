import { z } from 'zod';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { cycleStagesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { defineCommand, type Resource } from '@/lib/events/command';
import { findProvisioningPause, type ProvisioningPause, pauseKey } from '@/lib/settings/provisioning-pause';
import { readSettings } from '@/lib/settings/settings';
import { openCycle } from './cycles/start-cycle';
import { wakeEngines } from './mark-due';

const shared = { permission: 'integration.write', input: z.object({}) } as const;

/**
 * Nothing is sent to any application, and none is read, until it is resumed. Changes stay due. @returns the installation
 * @throws AppError `conflict` when it is paused already
 */
export const pauseProvisioning = defineCommand(
  { id: 'pauseProvisioning', ...shared, event: 'provisioning_pause' },
  async (tx, draft, _input, actor) => {
    const value: ProvisioningPause = { by: actor.name, since: now().toISOString() };
    const made = await tx.setting.createMany({ data: [{ key: pauseKey, value }], skipDuplicates: true });
    if (made.count === 0) throw new AppError('conflict', 'All provisioning is paused already.');
    draft.message = 'Nothing is sent to any application.';
    return installation(tx);
  },
);

/**
 * What became due meanwhile goes out. Cycles that were under way start over: nobody knows what happened over there. @returns the installation
 * @throws AppError `conflict` when it is not paused
 */
export const resumeProvisioning = defineCommand(
  { id: 'resumeProvisioning', ...shared, event: 'provisioning_resume' },
  async (tx, draft) => {
    const gone = await tx.setting.deleteMany({ where: { key: pauseKey } });
    if (gone.count === 0) throw new AppError('conflict', 'Provisioning is not paused everywhere.');
    const open = await tx.cycle.findMany({
      where: { stage: { in: [...cycleStagesThat.areOpen] }, application: { integration: { status: 'active' } } },
      select: { applicationId: true },
      orderBy: { applicationId: 'asc' },
    });
    for (const { applicationId } of open) await openCycle(tx, applicationId, 'settings');
    const active = await tx.integration.findMany({ where: { status: 'active' }, select: { applicationId: true } });
    await wakeEngines(
      tx,
      active.map(({ applicationId }) => ({ id: applicationId, isUrgent: false })),
    );
    draft.message = 'What has changed meanwhile is sent.';
    return installation(tx);
  },
);

/** There is one, in the version of its settings. */
async function installation(tx: Tx): Promise<Resource & { pause: ProvisioningPause | null }> {
  const [{ version }, pause] = [await readSettings(tx), await findProvisioningPause(tx)];
  return { id: 'installation', version, pause };
}
