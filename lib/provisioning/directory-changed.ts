import { db, isForeignKeyViolation, type Tx, transaction } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { TaskPayload } from '@/lib/queue/tasks';
import { changeCycle, lockOpenCycle } from './cycles/stages';
import { startCycle } from './cycles/start-cycle';
import { priorities } from './internal/priorities';
import { markGroupsDue, markUsersDue, type ToWake, wakeEngines } from './mark-due';

/**
 * A directory change reaches the applications that it touches, and no other: those that let one of these people in, or hold an
 * account of one. Whoever changes a group names the people who come or go by it, and the groups above: the others inside are
 * not looked at for its sake.
 */
export async function directoryChanged(change: TaskPayload<'directory-changed'>): Promise<void> {
  const { userIds, groupIds } = change;
  const ofPeople = userIds.length > 0 ? await unlessReferenceGone((tx) => markPeople(tx, userIds)) : [];
  const others = ofPeople.filter(({ isUrgent }) => !isUrgent);
  // One person is not new where they lose their account: all is said.
  if (userIds.length === 1 && others.length === 0 && groupIds.length === 0) return;
  await unlessReferenceGone(async (tx) => {
    await readWhereManyAreNew(
      tx,
      ofPeople.map(({ id }) => id),
    );
    const ofGroups = groupIds.length > 0 ? await markGroupsDue(tx, { groupIds, userIds }) : [];
    await wakeEngines(tx, [...others, ...ofGroups]);
  });
}

/** Marks them, and wakes the engine at once where somebody is to lose their account: that waits for no cycle and no group. */
async function markPeople(tx: Tx, userIds: readonly string[]): Promise<ToWake[]> {
  const marked = await markUsersDue(tx, { userIds }, { priority: priorities.change });
  await wakeEngines(
    tx,
    marked.filter(({ isUrgent }) => isUrgent),
  );
  return marked;
}

/**
 * The same for one person who is kept out from now on: no newcomer, nor does any group wait for it. In five statements.
 * @returns an application in which they are to lose their account and for which no task was added: whoever calls goes on with it
 */
export function personShutOut(userId: string): Promise<string | undefined> {
  return unlessReferenceGone(async (tx) => {
    const marked = await markUsersDue(tx, { userIds: [userId] }, { priority: priorities.change });
    const first = marked.find(({ isUrgent }) => isUrgent);
    await wakeEngines(
      tx,
      marked.filter((one) => one !== first),
    );
    return first?.id;
  });
}

/** An application, person or group that is deleted in the middle is nobody's error: without it, it is done once more. */
async function unlessReferenceGone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(work).catch((error: unknown) => {
    if (!isForeignKeyViolation(error)) throw error;
    return transaction(work);
  });
}

/**
 * An association, a mapping or a scope changed: everyone in the application is looked at, or only the people named; with nobody named, those
 * who were marked by whoever changed it.
 */
export async function applicationChanged(applicationId: string, userIds?: readonly string[]): Promise<void> {
  const integration = await db.integration.findUnique({ where: { applicationId } });
  if (!integration || integration.status === 'inactive') return;
  const ofPeople = await transaction((tx) =>
    markUsersDue(tx, { applicationId, userIds }, { priority: priorities.change }),
  );
  await transaction(async (tx) => {
    await readWhereManyAreNew(tx, [applicationId]);
    // Groups of the people named follow when their accounts have changed.
    const ofGroups = userIds ? [] : await markGroupsDue(tx, { applicationId });
    const marked = userIds?.length === 0 ? [{ id: applicationId, isUrgent: false }] : [];
    await wakeEngines(tx, [...ofPeople, ...ofGroups, ...marked]);
  });
}

/** From this many new people on, accounts are read by page first instead of being searched one by one. */
const readByPageFrom = 50;

/**
 * Has the accounts read where many people are new: by a cycle of its own, or by the one that is under way, which they join. A
 * change never has a cycle start over: what it has read is as good as before. In a transaction after the one that marked them:
 * a cycle is locked before links. A task that ends in between is run again.
 */
async function readWhereManyAreNew(tx: Tx, applicationIds: readonly string[]): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string; displayLabel: string }[]>`
    SELECT a.id, a.display_label AS "displayLabel"
    FROM unnest(${[...applicationIds]}::uuid[]) AS touched(id)
    JOIN applications a ON a.id = touched.id
    JOIN integrations i ON i.application_id = a.id AND i.status = 'active'
    WHERE (SELECT count(*) FROM (SELECT FROM user_links l WHERE l.application_id = a.id AND ${isNew} LIMIT ${readByPageFrom}) AS few)
      >= ${readByPageFrom}
    ORDER BY a.id`;
  for (const application of rows) {
    const cycle = (await lockOpenCycle(tx, application.id)) ?? (await startCycle(tx, application, 'settings'));
    if (cycle.stage === 'reading') {
      // It marks them again when it has read; until then nobody of them is searched for. Whoever loses access does not wait.
      await tx.$executeRaw`
        UPDATE user_links SET due_at = NULL FROM (${newPeople(application.id)}) locked WHERE user_links.id = locked.id`;
    } else {
      const joined = await tx.$executeRaw`
        UPDATE user_links SET cycle_id = ${cycle.id}::uuid, priority = ${priorities.cycle}::int
        FROM (${newPeople(application.id)}) locked WHERE user_links.id = locked.id`;
      await changeCycle(tx, cycle, 'join', { totalUsers: { increment: joined } });
    }
  }
}

/** SQL: `l` is of somebody who has no account yet, and whom no cycle has looked at. */
const isNew = Prisma.sql`l.state = 'pending' AND l.remote_id IS NULL AND l.cycle_id IS NULL AND l.due_at IS NOT NULL`;

/** SQL: the links of those whom nobody has in hand, locked. */
const newPeople = (applicationId: string) => Prisma.sql`
  SELECT l.id FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND ${isNew} AND l.lease_token IS NULL
  ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE`;
