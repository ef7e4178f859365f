import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { cancelRun } from './start-dry-run';

/** Once a connection is active, nobody activates another one from a dry run, and none goes on reading another place. */
export async function forgetDryRunConnections(tx: Tx, applicationId: string, actor: Actor): Promise<void> {
  const open = await tx.dryRun.findMany({ where: { applicationId, finishedAt: null } });
  for (const run of open) await cancelRun(tx, run, actor);
  await tx.dryRun.updateMany({ where: { applicationId }, data: { tokenSealed: '' } });
}
