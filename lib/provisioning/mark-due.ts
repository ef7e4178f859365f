import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { enqueueEach } from '@/lib/queue/enqueue';
import { priorities } from './internal/priorities';
import { inPlace, isLookedAt, lookedAtGroups, type Touched, touchedPeople } from './internal/touched';

export interface MarkOptions {
  priority: number;
  cycleId?: string;
}

/** An application that has something to do. */
export interface ToWake {
  id: string;
  /** Somebody is to lose their account: before what is only changed, wherever that is. */
  isUrgent: boolean;
}

/**
 * Later than every earlier mark, so that a mark set while the link is being worked on is never taken for the old one. What waits for
 * a later try is due now as well: nobody works on that.
 */
const dueNow = Prisma.sql`CASE WHEN l.due_at > clock_timestamp() + interval '1 second' THEN date_trunc('milliseconds', clock_timestamp())
  ELSE GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(l.due_at, 'epoch') + interval '1 millisecond') END`;

/**
 * Marks the links that a change touches as due, whichever applications they are in, in one statement however many there are.
 * Creates the links of those who are newly in scope. Rows are locked in the order of application and person, as everywhere.
 * @returns the applications that have something to do: the last thing of the transaction is to wake the engine for those
 */
export async function markUsersDue(tx: Tx, touched: Touched, options: MarkOptions): Promise<ToWake[]> {
  // What is not in scope any more goes first. Links that were released, or whose account is gone and whose person is out
  // of scope, have nothing to do; planUser says so as well, this only spares the look.
  const rows = await tx.$queryRaw<ToWake[]>`
    WITH marked AS (
      INSERT INTO user_links AS l (id, application_id, user_id, state, due_at, priority, name_key, cycle_id)
      SELECT gen_random_uuid(), p.application_id, p.user_id, 'pending', date_trunc('milliseconds', clock_timestamp()),
        CASE WHEN p.state = 'provisioned' AND NOT (place.kept AND u.status = 'active' AND u.deleted_at IS NULL)
          THEN ${priorities.deprovision}::int ELSE ${options.priority}::int END,
        person_name_key(u.lastname, u.firstname, u.display_name), ${options.cycleId ?? null}::uuid
      FROM (${touchedPeople(touched)}) p
      JOIN users u ON u.id = p.user_id
      JOIN integrations i ON i.application_id = p.application_id AND i.status <> 'inactive'
      ${inPlace}
      WHERE ${isLookedAt}
      ORDER BY p.application_id, p.user_id
      ON CONFLICT (application_id, user_id) DO UPDATE SET
        due_at = ${dueNow},
        priority = LEAST(CASE WHEN l.due_at IS NULL THEN 9 ELSE l.priority END, excluded.priority),
        cycle_id = COALESCE(excluded.cycle_id, l.cycle_id),
        -- A cycle that starts over looks at everybody once more.
        looked_at_by = CASE WHEN excluded.cycle_id IS NULL THEN l.looked_at_by END,
        attempts = 0
      WHERE l.state <> 'released'
      RETURNING application_id, priority)
    SELECT application_id AS id, min(priority) = ${priorities.deprovision}::int AS "isUrgent" FROM marked GROUP BY 1`;
  if (touched.userIds) await mendNames(tx, touched.userIds);
  return rows;
}

/**
 * A link that was being made while its person was renamed has the name of before: whoever renames cannot see it yet. A statement
 * of its own, because the marking above may have waited for others and still sees names as they were when it began.
 */
async function mendNames(tx: Tx, userIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE user_links l SET name_key = renamed.name_key
    FROM (
      SELECT l.id, person_name_key(u.lastname, u.firstname, u.display_name) AS name_key
      FROM user_links l JOIN users u ON u.id = l.user_id
      WHERE l.user_id = ANY (${[...userIds]}::uuid[]) AND l.name_key <> person_name_key(u.lastname, u.firstname, u.display_name)
      ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE OF l) renamed
    WHERE l.id = renamed.id`;
}

/**
 * All groups of one application, everybody in them; or these groups, wherever they are associated or were managed or in one
 * application, and in them those people who may have come or gone.
 */
export type TouchedGroups =
  | { applicationId: string }
  | { applicationId?: string; groupIds: readonly string[]; userIds: readonly string[] };

/**
 * Marks group links as due, and whom to look at in them. Creates the links of groups that are newly associated and pass the filter. Passes over integrations
 * that do not manage groups: what is over there stays as it is. @returns as {@link markUsersDue}
 */
export async function markGroupsDue(tx: Tx, touched: TouchedGroups, cycleId?: string): Promise<ToWake[]> {
  const { applicationId } = touched;
  const only = Prisma.join(
    [
      ...(applicationId ? [Prisma.sql`t.application_id = ${applicationId}::uuid`] : []),
      ...('groupIds' in touched ? [Prisma.sql`t.group_id = ANY (${[...touched.groupIds]}::uuid[])`] : []),
    ],
    ' AND ',
  );
  const rows = await tx.$queryRaw<{ id: string; applicationId: string }[]>`
    INSERT INTO group_links AS l (id, application_id, group_id, state, due_at, cycle_id)
      SELECT gen_random_uuid(), g.application_id, g.group_id, 'pending', date_trunc('milliseconds', clock_timestamp()),
        ${cycleId ?? null}::uuid
      FROM (${lookedAtGroups(only)}) g
      JOIN integrations i ON i.application_id = g.application_id AND i.status <> 'inactive' AND i.manage_groups
      ORDER BY g.application_id, g.group_id
      ON CONFLICT (application_id, group_id) DO UPDATE SET
        due_at = ${dueNow}, cycle_id = COALESCE(excluded.cycle_id, l.cycle_id), attempts = 0
      WHERE l.state <> 'deleted'
      RETURNING l.id, l.application_id AS "applicationId"`;
  const linkIds = rows.map(({ id }) => id);
  const userIds = 'userIds' in touched ? [...touched.userIds] : null;
  if (linkIds.length > 0)
    await tx.$executeRaw`SELECT mark_group_members(${linkIds}::uuid[], ${userIds}::uuid[], false)`;
  return [...new Set(rows.map((row) => row.applicationId))].map((id) => ({ id, isUrgent: false }));
}

/** The same for links that there are, of one application. */
export async function markGroupLinksDue(tx: Tx, linkIds: readonly string[]): Promise<void> {
  if (linkIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE group_links l SET due_at = ${dueNow}, attempts = 0
    FROM (SELECT id FROM group_links WHERE id = ANY (${[...linkIds]}::uuid[]) ORDER BY application_id, group_id FOR NO KEY UPDATE) locked
    WHERE l.id = locked.id`;
}

/** Asks for the engine to look at an application. Calls while it waits are one. */
export function wakeEngine(tx: Tx, id: string, runAt?: Date): Promise<void> {
  return wakeEngines(tx, [{ id, isUrgent: false }], runAt);
}

/**
 * The same for several applications, in one statement and one order. Their tasks are rows that everybody writes: nothing is
 * locked after them in a transaction, so that whoever holds one waits for nobody. What is urgent is a task of its own, which wakes the
 * other one for what follows from it.
 */
export function wakeEngines(tx: Tx, marked: readonly ToWake[], runAt?: Date): Promise<void> {
  const isUrgent = new Map<string, boolean>();
  for (const one of marked) isUrgent.set(one.id, one.isUrgent || (isUrgent.get(one.id) ?? false));
  const wanted = [...isUrgent.keys()].sort().map((id) => {
    const task = taskOf(id, isUrgent.get(id) ? 'provision-urgent' : 'provision');
    return runAt ? { ...task, jobKey: `provision-later:${id}`, runAt } : task;
  });
  return enqueueEach(tx, wanted);
}

/** A task of the engine as it is asked for: once, however many ask. */
export function taskOf<Name extends 'provision' | 'provision-urgent'>(applicationId: string, name: Name) {
  return { name, payload: { applicationId }, jobKey: `${name}:${applicationId}` };
}
