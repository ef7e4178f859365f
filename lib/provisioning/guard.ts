import { isProvisioned } from '@/lib/applications/scope';
import { links } from '@/lib/core/links';
import { linkStatesThat, operationStatesThat } from '@/lib/core/states';
import { db, type Tx, transaction } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { isKeptOut } from './hold';
import { priorities } from './internal/priorities';
import { markUsersDue, wakeEngines } from './mark-due';
import { notify } from './notify';
import type { DesiredPerson } from './plan/desired-users';
import type { PlanContext } from './plan/plan-context';
import { managesAccount } from './queries/sql';

// The guard against accidental deprovisioning. What counts is how many lose an active account within the window: those who did, those who are about to
// by what the directory says now (a change marks all of them as due by one statement, so that the first of many is not sent before the last is
// known), and those that wait. Going from one of these to another changes nothing of the sum, so that two workers who count side by side let no more through than one.
// Whoever no statement foresees (a mapping says that they are inactive) is put on record as held, and counted when all have been planned.

export interface GuardCount {
  /** As many may lose their account. */
  threshold: number;
  /** As many do; of those who are about to, one more than the threshold at most. */
  total: number;
  /** Of them those who did already, and those that wait. */
  counted: number;
  /** Links of those who are about to, by what the directory says: they were marked as due for it. */
  leaving: string[];
}

type Guarded = Pick<PlanContext, 'application' | 'actions' | 'guard'>;
type Countable = Omit<Guarded, 'application'> & { application: { id: string } };

/**
 * How many lose their account. One statement; of people it reads those who are due for it, and no more than the threshold once that is passed.
 * @param upTo as many matter to whoever asks: accounts are counted until the threshold is known to be that high. Absent: all of them
 */
export async function countDeprovisioned(
  tx: Tx,
  { application, actions, guard }: Countable,
  upTo?: number,
): Promise<GuardCount> {
  const { id } = application;
  const { guardPeople, guardPercent, guardHours } = guard;
  const accounts = upTo === undefined || guardPercent === 0 ? null : Math.ceil((upTo * 100) / guardPercent);
  const [row] = await tx.$queryRaw<GuardCount[]>`
    WITH counted AS MATERIALIZED (
      SELECT DISTINCT o.user_link_id AS id FROM operations o
      WHERE o.application_id = ${id}::uuid AND o.deprovisions AND o.allowed_at IS NULL AND (
        (o.state IN ${inStates(operationStatesThat.tookAway)} AND o.created_at > clock_timestamp() - ${guardHours} * interval '1 hour')
        OR (o.state = 'held' AND o.held_by <> 'setting'))),
    threshold AS MATERIALIZED (
      SELECT greatest(${guardPeople}::int, ceil(${guardPercent} / 100.0 * (
        (SELECT count(*) FROM (
          SELECT FROM user_links l WHERE l.application_id = ${id}::uuid AND ${managesAccount} LIMIT ${accounts}::bigint) active)
        + (SELECT count(*) FROM counted c JOIN user_links l USING (id) WHERE NOT ${managesAccount})))::int) AS most),
    leaving AS MATERIALIZED (
      SELECT l.id FROM user_links l JOIN users u ON u.id = l.user_id LEFT JOIN operations h ON h.id = l.hold_id
      WHERE l.application_id = ${id}::uuid AND l.due_at IS NOT NULL AND l.priority = ${priorities.deprovision}
        AND ${managesAccount} AND ${isTakenAway(id, actions)}
        AND NOT (l.state = 'skipped' AND coalesce(l.last_sent ->> 'active' = 'false', false))
        -- Somebody has decided about them, or trying has led to nothing.
        AND ${isUndecided}
        AND NOT (l.state IN ${inStates(linkStatesThat.fail)} AND l.due_at IS NULL)
      LIMIT (SELECT most + 1 FROM threshold))
    SELECT (SELECT most FROM threshold) AS threshold, (SELECT count(*) FROM counted)::int AS counted, (SELECT count(*) FROM (SELECT id FROM counted UNION SELECT id FROM leaving) one)::int AS total,
      ARRAY(SELECT id FROM leaving) AS leaving`;
  return row ?? { threshold: guardPeople, total: 0, counted: 0, leaving: [] };
}

/** What the guard would do about a dry run. */
export interface GuardForetold {
  /** As many would lose an active account by it, and the guard would have them wait; whoever is suspended is not among them. */
  losing: number;
  /** With those who did within the window, and with whoever is suspended. */
  counted: number;
  threshold: number;
  /** They are more than it lets through: all who lose theirs wait. */
  holds: boolean;
}

/** What the guard would do if all that a dry run has planned was carried out now. Two statements. */
export async function foretellGuard(
  context: Guarded & Pick<PlanContext, 'holdDeprovisioning'>,
  runId: string,
): Promise<GuardForetold> {
  const [row] = await db.$queryRaw<{ all: number; losing: number }[]>`
    SELECT count(*)::int AS all, count(*) FILTER (WHERE r.plan ->> 'because' IS DISTINCT FROM 'suspended')::int AS losing
    FROM dry_run_rows r JOIN user_links l ON l.application_id = ${context.application.id}::uuid AND l.user_id = r.subject_id AND ${managesAccount}
    LEFT JOIN operations h ON h.id = l.hold_id
    WHERE r.run_id = ${runId}::uuid AND NOT r.is_group AND r.kind IN ('deactivate', 'delete') AND ${isUndecided}`;
  const { all = 0, losing = 0 } = row ?? {};
  const before = await countDeprovisioned(db, context);
  const counted = before.counted + all;
  const isAsked = context.guard.guardEnabled && !context.holdDeprovisioning && losing > 0;
  return { losing, counted, threshold: before.threshold, holds: isAsked && counted > before.threshold };
}

/** SQL over `operations h`, what is held of somebody: nobody has decided about them. */
const isUndecided = Prisma.sql`(h.id IS NULL OR (h.state <> 'rejected' AND h.allowed_at IS NULL))`;

/** SQL over `u`: they are to have no active account, and the application's switches let it be taken away. */
function isTakenAway(
  applicationId: string,
  { deactivateUsers, deleteUsers, deprovisionAction }: PlanContext['actions'],
): Prisma.Sql {
  const leavers = { deactivate: deactivateUsers, delete: deleteUsers, nothing: false }[deprovisionAction];
  const kinds = [
    Prisma.sql`u.purged_at IS NOT NULL AND ${deleteUsers}`,
    Prisma.sql`u.deleted_at IS NULL AND u.status = 'suspended' AND ${deactivateUsers}`,
    Prisma.sql`(u.deleted_at IS NOT NULL OR (u.status = 'active' AND NOT ${isProvisioned(applicationId)})) AND ${leavers}`,
  ];
  return Prisma.sql`(${Prisma.join(kinds, ' OR ')})`;
}

/** Links of those who lose their account without anybody being asked. @param work all who are to lose an active one, of those planned together */
export async function findClear(
  context: Guarded & Pick<PlanContext, 'holdDeprovisioning'>,
  work: readonly { link: { id: string }; person: DesiredPerson }[],
): Promise<ReadonlySet<string>> {
  const all = new Set(work.map(({ link }) => link.id));
  const isAsked = work.some(({ person }) => !isKeptOut(person.desired));
  if (!context.guard.guardEnabled || context.holdDeprovisioning || !isAsked) return all;
  const { threshold, total, leaving } = await countDeprovisioned(db, context);
  return new Set(total > threshold ? [] : leaving);
}

/** Decided about in one transaction, so that the engine waits for none of them for long. */
const settledAtOnce = 500;

/**
 * Decides about those who were put on record until all were counted: once nobody is due any more. Where they are not too many they are
 * let go; otherwise they wait for somebody, who is told. Some hundreds at a time: deciding about some changes nothing of how many there are, so
 * that the rest is decided alike, also by whoever comes after one that was killed. @returns whether the engine is woken for them
 */
export async function settleCounted(context: Guarded): Promise<boolean> {
  const applicationId = context.application.id;
  const waiting = await db.operation.findFirst({ where: { applicationId, state: 'held', heldBy: 'counting' } });
  let settled = waiting ? await settleSome(context, true) : undefined;
  let wakes = false;
  while (settled) {
    wakes ||= settled === 'let go';
    settled = await settleSome(context, false);
  }
  return wakes;
}

/** @param first of those that are settled together: somebody is told of all of them @returns undefined: there are none */
function settleSome(context: Guarded, first: boolean): Promise<'let go' | 'held back' | undefined> {
  const applicationId = context.application.id;
  return transaction(async (tx) => {
    // One after the other, so that they are told of once.
    await tx.$executeRaw`SELECT FROM integrations WHERE application_id = ${applicationId}::uuid FOR NO KEY UPDATE`;
    const counted = await lockCounted(tx, applicationId);
    if (counted.length === 0) return undefined;
    const count = await countDeprovisioned(tx, context);
    const ids = counted.map(({ id }) => id);
    if (context.guard.guardEnabled && count.total > count.threshold) {
      if (first) await tellHeldBack(tx, context, count.threshold);
      await tx.operation.updateMany({ where: { id: { in: ids } }, data: { heldBy: 'guard' } });
      return 'held back';
    }
    await tx.operation.updateMany({ where: { id: { in: ids } }, data: { state: 'allowed' } });
    const userIds = counted.map(({ userId }) => userId);
    await wakeEngines(tx, await markUsersDue(tx, { applicationId, userIds }, { priority: priorities.deprovision }));
    return 'let go';
  });
}

/** SQL after FROM: those on record until all are counted. What a cycle has found that is still at work is not all of it. */
const counted = (applicationId: string) => Prisma.sql`
  operations o JOIN user_links l ON l.id = o.user_link_id AND l.hold_id = o.id
  WHERE o.application_id = ${applicationId}::uuid AND o.state = 'held' AND o.held_by = 'counting'
    AND NOT EXISTS (SELECT FROM cycles c WHERE c.id = o.cycle_id AND c.finished_at IS NULL)`;

function lockCounted(tx: Tx, applicationId: string) {
  return tx.$queryRaw<{ id: string; userId: string }[]>`
    SELECT o.id, l.user_id AS "userId" FROM ${counted(applicationId)}
      AND o.id IN (SELECT o.id FROM ${counted(applicationId)} ORDER BY o.created_at, o.id LIMIT ${settledAtOnce})
    ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE OF l`;
}

const namesTold = 10;

async function tellHeldBack(tx: Tx, { application, guard }: Guarded, threshold: number): Promise<void> {
  const { id, displayLabel } = application;
  const isKnown = await tx.operation.findFirst({ where: { applicationId: id, state: 'held', heldBy: 'guard' } });
  const [held] = await tx.$queryRaw<{ total: number; first: string[] }[]>`
    WITH found AS MATERIALIZED (SELECT l.user_id FROM ${counted(id)})
    SELECT (SELECT count(*) FROM found)::int AS total, ARRAY(
      SELECT u.display_name FROM found JOIN users u ON u.id = found.user_id ORDER BY lower(u.display_name), u.id LIMIT ${namesTold}) AS first`;
  const { total = 0, first = [] } = held ?? {};
  const others = total - first.length;
  const named = `${first.join(', ')}${others > 0 ? ` and ${others.toLocaleString('en')} more` : ''}`;
  const wait = `${total.toLocaleString('en')} ${total === 1 ? 'account waits' : 'accounts wait'}`;
  const message = `${wait} for somebody to allow the deactivation or deletion: more than ${threshold.toLocaleString('en')} people would lose theirs within ${guard.guardHours} hours. ${named}.`;
  await recordEvents(tx, [{ name: 'provisioning_guard', actor: systemActor, application, message }]);
  // Those who come after the first are on the same list.
  if (isKnown) return;
  await notify(tx, application, {
    subject: `${wait} for your decision`,
    text: `${message}\n\nNothing of it was sent to ${displayLabel}. Allow it, all or some of it, or reject it.`,
    link: { label: 'Decide here', path: links.application(id).held() },
  });
}
