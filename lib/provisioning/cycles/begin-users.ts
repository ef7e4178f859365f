import { transaction } from '@/lib/db/client';
import { priorities } from '../internal/priorities';
import { markUsersDue, wakeEngine } from '../mark-due';
import { endHold } from '../quarantine';
import { tickOffSeenTasks } from '../tick-off-seen-tasks';
import { holdCycle } from './end-cycle';
import { forgetGone } from './missing-links';
import { keepReading, type Next, type ReadingWork } from './reading';

/**
 * Everything is read: from here on each person is a link that is due.
 * @param complete whether every account was read; where many had disappeared, only then is it known that they are there again
 */
export async function beginUsers(work: ReadingWork, complete: boolean): Promise<Next> {
  const { connection, cycle, reading } = work;
  const { id: applicationId } = connection.application;
  if (connection.integration.heldAt && !complete) {
    return holdCycle(work, connection.integration.quarantineReason ?? 'Many accounts are missing.');
  }
  await transaction(async (tx) => {
    if (!(await keepReading(tx, work, 'beginUsers', { complete }))) return;
    await endHold(tx, connection.application, 'The accounts that were missing are there again');
    // Everybody first, in one order: those who are gone are among them.
    await markUsersDue(tx, { applicationId }, { priority: priorities.cycle, cycleId: cycle.id });
    for (const collection of ['Users', 'Groups'] as const) await forgetGone(tx, cycle, { ...reading, collection });
    await tickOffSeenTasks(tx, connection);
    const totalUsers = await tx.userLink.count({ where: { applicationId, cycleId: cycle.id } });
    await tx.cycle.update({ where: { id: cycle.id }, data: { totalUsers } });
    await wakeEngine(tx, applicationId);
  });
  return 'over';
}
