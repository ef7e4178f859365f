import { db, transaction } from '@/lib/db/client';
import { markGroupsOfUsersDue } from './internal/mark-groups-of-users';
import { markConflictsDue, markGroupsDue, markUsersDue, priorities } from './mark-due';
import { startCycle } from './start-cycle';
import { unlessDeleted } from './unless-deleted';

/**
 * A directory change reaches every application that it touches: the people named, everybody in the groups named (nested
 * groups included, deleted groups too: their members have lost something).
 */
export async function directoryChanged(change: {
  userIds: readonly string[];
  groupIds: readonly string[];
}): Promise<void> {
  const userIds = [...new Set([...change.userIds, ...(await peopleInside(change.groupIds))])];
  const integrations = await db.integration.findMany({
    where: { status: { not: 'inactive' } },
    select: { applicationId: true },
  });
  for (const { applicationId } of integrations) {
    await unlessDeleted(applicationId, () =>
      transaction(async (tx) => {
        if (userIds.length > 0) await evaluateUsers(tx, applicationId, userIds);
        await markGroupsOfUsersDue(tx, applicationId, change.userIds);
        const touched = await managedAbove(applicationId, change.groupIds);
        if (touched.length > 0) await markGroupsDue(tx, applicationId, touched);
      }),
    );
  }
}

/** An association, a mapping or a scope changed: everyone in the application is looked at, or only the people named. */
export async function applicationChanged(applicationId: string, userIds?: readonly string[]): Promise<void> {
  const integration = await db.integration.findUnique({ where: { applicationId } });
  if (!integration || integration.status === 'inactive') return;
  await transaction(async (tx) => {
    await evaluateUsers(tx, applicationId, userIds);
    await markGroupsDue(tx, applicationId, undefined);
  });
}

/** From this many new people on, accounts are read by page first instead of being searched one by one. */
const readByPageFrom = 50;

async function evaluateUsers(
  tx: Parameters<typeof markUsersDue>[0],
  applicationId: string,
  userIds: readonly string[] | undefined,
): Promise<void> {
  if (userIds) await markConflictsDue(tx, applicationId, userIds);
  await markUsersDue(tx, applicationId, userIds, { priority: priorities.change });
  const unlinked = await tx.userLink.count({
    where: { applicationId, remoteId: null, dueAt: { not: null }, state: 'pending' },
  });
  if (unlinked < readByPageFrom) return;
  const application = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { id: true, displayLabel: true },
  });
  const integration = await tx.integration.findUniqueOrThrow({ where: { applicationId }, select: { status: true } });
  if (integration.status !== 'active') return;
  // The cycle marks them again when it has read; until then nobody of them is searched for. Whoever loses access does not wait.
  await tx.$executeRaw`UPDATE user_links SET due_at = NULL WHERE application_id = ${applicationId}::uuid AND state = 'pending' AND remote_id IS NULL AND lease_token IS NULL`;
  await startCycle(tx, application, 'settings');
}

async function peopleInside(groupIds: readonly string[]): Promise<string[]> {
  if (groupIds.length === 0) return [];
  const rows = await db.$queryRaw<{ user_id: string }[]>`
    WITH RECURSIVE inside(group_id) AS (
      SELECT unnest(${[...groupIds]}::uuid[])
      UNION
      SELECT n.child_id FROM group_nestings n JOIN inside ON inside.group_id = n.parent_id
    )
    SELECT DISTINCT m.user_id FROM group_members m JOIN inside ON inside.group_id = m.group_id`;
  return rows.map((row) => row.user_id);
}

/** Groups associated with, or still linked in, an application that are or contain one of these groups. */
async function managedAbove(applicationId: string, groupIds: readonly string[]): Promise<string[]> {
  if (groupIds.length === 0) return [];
  const rows = await db.$queryRaw<{ group_id: string }[]>`
    WITH RECURSIVE above(group_id) AS (
      SELECT unnest(${[...groupIds]}::uuid[])
      UNION
      SELECT n.parent_id FROM group_nestings n JOIN above ON above.group_id = n.child_id
    )
    SELECT group_id FROM above WHERE group_id IN (
      SELECT group_id FROM application_groups WHERE application_id = ${applicationId}::uuid
      UNION SELECT group_id FROM group_links WHERE application_id = ${applicationId}::uuid)`;
  return rows.map((row) => row.group_id);
}
