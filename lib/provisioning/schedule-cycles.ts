import { now } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import { findConnection } from './connection';
import { wakeEngine } from './mark-due';
import { leaveQuarantine, quarantine } from './quarantine';
import { startCycle } from './start-cycle';

/**
 * Starts the full cycles whose interval has passed, tries quarantined connections whose rest is over, and wakes the engine
 * where somebody is due and nobody seems to look, such as after the database was away.
 */
export async function scheduleCycles(): Promise<void> {
  await wakeForgotten();
  const integrations = await db.integration.findMany({
    where: { status: { in: ['active', 'quarantined'] } },
    include: {
      application: { select: { id: true, displayLabel: true, cycles: { orderBy: { startedAt: 'desc' }, take: 1 } } },
    },
  });
  for (const integration of integrations) {
    if (integration.status === 'quarantined') {
      if (integration.notBefore && integration.notBefore <= now()) await tryAgain(integration.applicationId);
      continue;
    }
    const [last] = integration.application.cycles;
    const dueAt = (last?.startedAt.getTime() ?? 0) + integration.intervalMinutes * 60_000;
    if (last && !last.finishedAt) continue;
    if (dueAt <= now().getTime())
      await transaction((tx) => startCycle(tx, integration.application, 'schedule').then(() => undefined));
  }
}

async function tryAgain(applicationId: string): Promise<void> {
  const connection = await findConnection(applicationId);
  if (!connection) return;
  const answer = await connection.client.listUsers({ startIndex: 1, count: 1 });
  if (!answer.ok) return quarantine(connection, answer.failure.detail);
  await transaction(async (tx) => {
    await leaveQuarantine(tx, connection.application);
    await startCycle(tx, connection.application, 'schedule');
  });
}

async function wakeForgotten(): Promise<void> {
  const waiting = await db.$queryRaw<{ application_id: string }[]>`
    SELECT application_id FROM user_links WHERE due_at < clock_timestamp() - interval '1 minute'
    UNION SELECT application_id FROM group_links WHERE due_at < clock_timestamp() - interval '1 minute'`;
  for (const { application_id: applicationId } of waiting) await wakeEngine(db, applicationId);
}
