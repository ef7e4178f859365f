import { grantedUsers, isGranted } from '@/lib/applications/scope';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { enqueue } from '@/lib/queue/enqueue';

/** Smaller goes first, so that a suspension overtakes a long first cycle. */
export const priorities = { deprovision: 0, change: 1, cycle: 2 } as const;

export interface MarkOptions {
  priority: number;
  cycleId?: string;
}

/** Later than every earlier mark, so that a mark set while the link is being worked on is never taken for the old one. */
const dueNow = Prisma.sql`GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(user_links.due_at, 'epoch') + interval '1 millisecond')`;

/**
 * Marks people's links as due in one application and wakes the engine. Creates the links of those who are newly in scope.
 * @param userIds only these people; absent: everyone in scope and everyone who has a link
 */
export async function markUsersDue(
  tx: Tx,
  applicationId: string,
  userIds: readonly string[] | undefined,
  options: MarkOptions,
): Promise<void> {
  const only = userIds ? Prisma.sql`AND u.id = ANY (${[...userIds]}::uuid[])` : Prisma.empty;
  const onlyLinks = userIds ? Prisma.sql`AND user_links.user_id = ANY (${[...userIds]}::uuid[])` : Prisma.empty;
  // Few are looked up one by one, everybody is computed at once.
  const granted = userIds ? isGranted(applicationId) : Prisma.sql`u.id IN (${grantedUsers(applicationId)})`;
  const cycleId = options.cycleId ?? null;
  await tx.$executeRaw`
    INSERT INTO user_links (id, application_id, user_id, state)
    SELECT gen_random_uuid(), ${applicationId}::uuid, u.id, 'pending'
    FROM users u
    WHERE ${granted} AND u.status = 'active' AND u.deleted_at IS NULL ${only}
    ORDER BY u.id
    ON CONFLICT (application_id, user_id) DO NOTHING`;
  // What is not in scope any more goes first. Links that were released, or whose account is gone and whose person is out
  // of scope, have nothing to do; planUser says so as well, this only spares the look.
  await tx.$executeRaw`
    UPDATE user_links SET
      due_at = ${dueNow},
      priority = LEAST(
        CASE WHEN user_links.due_at IS NULL THEN 9 ELSE user_links.priority END,
        CASE WHEN state = 'provisioned' AND (u.status <> 'active' OR u.deleted_at IS NOT NULL OR NOT ${granted})
          THEN ${priorities.deprovision}::int ELSE ${options.priority}::int END),
      cycle_id = COALESCE(${cycleId}::uuid, user_links.cycle_id),
      attempts = 0
    FROM users u
    WHERE user_links.application_id = ${applicationId}::uuid AND u.id = user_links.user_id
      AND user_links.state <> 'released'
      AND NOT (user_links.state = 'deleted' AND (NOT ${granted} OR u.deleted_at IS NOT NULL)) ${onlyLinks}`;
  await wakeEngine(tx, applicationId);
}

/**
 * Marks those as due who share a name with one of these people: with the change of one, the other may be free to go on.
 * The engine is woken by whoever marks the people themselves.
 */
export async function markConflictsDue(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE user_links SET due_at = ${dueNow}, priority = ${priorities.change}::int, attempts = 0
    WHERE application_id = ${applicationId}::uuid AND state = 'conflict' AND last_error -> 'others' ?| ${[...userIds]}::text[]`;
}

/**
 * Marks group links as due: of these groups, or of all that are associated or were managed. Creates the links of newly
 * associated groups. Does nothing while the integration does not manage groups: what is over there stays as it is.
 */
export async function markGroupsDue(
  tx: Tx,
  applicationId: string,
  groupIds: readonly string[] | undefined,
  cycleId?: string,
): Promise<void> {
  const integration = await tx.integration.findUnique({ where: { applicationId }, select: { manageGroups: true } });
  if (!integration?.manageGroups) return;
  const only = groupIds ? Prisma.sql`AND ag.group_id = ANY (${[...groupIds]}::uuid[])` : Prisma.empty;
  const onlyLinks = groupIds ? Prisma.sql`AND group_links.group_id = ANY (${[...groupIds]}::uuid[])` : Prisma.empty;
  await tx.$executeRaw`
    INSERT INTO group_links (id, application_id, group_id, state)
    SELECT gen_random_uuid(), ag.application_id, ag.group_id, 'pending'
    FROM application_groups ag JOIN groups g ON g.id = ag.group_id AND g.deleted_at IS NULL
    WHERE ag.application_id = ${applicationId}::uuid
      AND g.imported_from_id IS DISTINCT FROM ag.application_id ${only}
    ON CONFLICT (application_id, group_id) DO NOTHING`;
  await tx.$executeRaw`
    UPDATE group_links SET
      due_at = GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(due_at, 'epoch') + interval '1 millisecond'),
      cycle_id = COALESCE(${cycleId ?? null}::uuid, cycle_id),
      attempts = 0
    WHERE application_id = ${applicationId}::uuid AND state <> 'deleted' ${onlyLinks}`;
  await wakeEngine(tx, applicationId);
}

/** Asks for the engine to look at an application. Calls while it waits are one. */
export async function wakeEngine(tx: Tx, applicationId: string, runAt?: Date): Promise<void> {
  await enqueue(
    tx,
    'provision',
    { applicationId },
    {
      jobKey: runAt ? `provision-later:${applicationId}` : `provision:${applicationId}`,
      queueName: `provision:${applicationId}`,
      ...(runAt ? { runAt } : {}),
    },
  );
}
