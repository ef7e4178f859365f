import { now } from '@/lib/core/clock';
import { isOneOf, linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { DryRun } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { valueAt } from '@/lib/mappings/target';
import type { Connection } from '../connection';
import { isMuch, missingReason } from '../cycles/missing-links';
import { judge } from '../internal/verdict';
import { deletedThere, keptDrift } from '../plan/drift';
import { type PlannableLink, unlinked } from '../plan/linked-account';
import { takenAccount } from '../plan/match-accounts';
import type { PlanContext } from '../plan/plan-context';
import { asLastRead, type PlannedPerson, planLinks, planMatched, remoteIdOf } from '../plan/plan-links';
import type { PlannedLink } from '../plan/planned-link';
import { shownPlan } from '../plan/preview-person';
import { givenValue } from '../plan/taken-values';
import { sameValue } from '../plan/values';
import { withHolds } from '../plan/with-holds';
import { storeAccounts } from '../store-accounts';
import type { DryRunConnection } from './dry-run-connection';
import { endDryRun, type Next, readLater } from './keep';
import { keepRows, type Standing } from './keep-rows';

/** People in one transaction. */
const atOnce = 200;
/** Asked side by side, as by a cycle. */
const askedAtOnce = 4;

/** Plans some people of a run, as a cycle would whose reading this was, and keeps what would be done. */
export async function planSomePeople(run: DryRun, { connection, forgets }: DryRunConnection): Promise<Next | 'all'> {
  const rows = await db.dryRunRow.findMany({
    where: { runId: run.id, kind: null, isGroup: false },
    orderBy: { subjectId: 'asc' },
    take: atOnce,
    select: { subjectId: true },
  });
  if (rows.length === 0) return 'all';
  const userIds = rows.map(({ subjectId }) => subjectId);
  const known = await linksOf(connection, userIds, forgets);
  const { links, gone, failure } = await withoutGone(run, connection, known);
  if (failure) return readLater(run, failure);
  if (gone > 0 && (await stopsCycle(run, gone))) return 'over';
  const { planned } = await planLinks(connection, links, asLastRead);
  const people = await withoutRivals(run, connection, planned);
  const plans = new Map(people.map((entry) => [entry.link.userId, { entry, plan: shownPlan(connection, entry) }]));
  const kept = userIds.map((subjectId) => {
    const found = plans.get(subjectId);
    return found
      ? { subjectId, plan: found.plan, standing: standingAfter(found.entry, found.plan), gives: givenTo(found.entry) }
      : { subjectId, plan: null };
  });
  return (await keepRows(run, kept, gone)) ? 'go on' : 'over';
}

async function linksOf({ application }: PlanContext, userIds: readonly string[], forgets: boolean) {
  const rows = await db.userLink.findMany({ where: { applicationId: application.id, userId: { in: [...userIds] } } });
  const links = new Map<string, PlannableLink>((await withHolds(rows)).map((link) => [link.userId, link]));
  return userIds.map((userId) => {
    const link = links.get(userId) ?? unlinked(userId);
    return forgets && link.state !== 'released' ? forgotten(link) : link;
  });
}

/** With nothing known of the account. */
function forgotten(link: PlannableLink): PlannableLink {
  return { ...unlinked(link.userId), id: link.id };
}

/**
 * Accounts that a complete reading did not show are asked for by their id, and those that are gone are forgotten: as a cycle does it,
 * but here alone.
 */
async function withoutGone(run: DryRun, connection: Connection, links: readonly PlannableLink[]) {
  const missing = run.complete ? await notRead(run, links) : [];
  const gone = new Set<string>();
  for (let from = 0; from < missing.length; from += askedAtOnce) {
    const asked = missing.slice(from, from + askedAtOnce);
    const answers = await Promise.all(asked.map((link) => connection.client.getUser(link.remoteId ?? '')));
    for (const [index, answer] of answers.entries()) {
      const { userId, remoteId } = asked[index] ?? unlinked('');
      if (answer.ok) {
        await storeAccounts(connection, [{ ...answer.value, id: remoteId ?? '' }], new Date(), { dryRunId: run.id });
      } else if (answer.failure.kind === 'not_found') gone.add(userId);
      else if (judge(answer.failure, 'lookup').connection !== 'fine') {
        return { links, gone: 0, failure: answer.failure };
      }
    }
  }
  return {
    links: links.map((link) =>
      gone.has(link.userId) ? { ...forgotten(link), drift: keptDrift(deletedThere, null, now()) } : link,
    ),
    gone: gone.size,
  };
}

async function notRead(run: DryRun, links: readonly PlannableLink[]): Promise<PlannableLink[]> {
  const expected = links.filter(
    (link) =>
      link.remoteId &&
      isOneOf(linkStatesThat.expectAnAccount, link.state) &&
      (link.lastChangeAt === null || link.lastChangeAt < run.startedAt),
  );
  if (expected.length === 0) return [];
  const read = await db.remoteAccount.findMany({
    where: {
      applicationId: run.applicationId,
      remoteId: { in: expected.flatMap(({ remoteId }) => remoteId ?? []) },
      readAt: { gte: run.startedAt },
    },
    select: { remoteId: true },
  });
  const seen = new Set(read.map(({ remoteId }) => remoteId));
  return expected.filter(({ remoteId }) => !seen.has(remoteId ?? ''));
}

/** So many are gone at once that a cycle would stop and send nothing: there is no plan then. */
async function stopsCycle(run: DryRun, more: number): Promise<boolean> {
  const gone = run.gone + more;
  const [row] = await db.$queryRaw<{ linked: number }[]>`
    SELECT count(*)::int AS linked FROM user_links l WHERE l.application_id = ${run.applicationId}::uuid
      AND l.state IN ${inStates(linkStatesThat.expectAnAccount)} AND l.remote_id IS NOT NULL`;
  const linked = row?.linked ?? 0;
  if (!isMuch(gone, linked)) return false;
  const message = missingReason({ collection: 'Users' }, { missing: gone, gone, linked });
  await endDryRun(run, { error: { code: 'AccountsMissing', message } });
  return true;
}

/** An account that somebody planned earlier would take over is nobody else's match. */
async function withoutRivals(run: DryRun, context: PlanContext, planned: PlannedPerson[]): Promise<PlannedPerson[]> {
  const found = planned.flatMap((entry) => (entry.found ? [entry.found.remoteId] : []));
  if (found.length === 0) return planned;
  const rows = await db.dryRunRow.findMany({
    where: { runId: run.id, takes: { in: found }, isGroup: false },
    select: { takes: true, subjectId: true },
  });
  const rivals = new Map(rows.map(({ takes, subjectId }) => [takes, subjectId]));
  return planned.map((entry) => {
    const rival = entry.found && rivals.get(entry.found.remoteId);
    if (!rival) return entry;
    const reason = takenAccount('the match of another person too', rival);
    return planMatched(context, entry, { kind: 'ambiguous', reason });
  });
}

/** What a new account of theirs is the only one to have. */
function givenTo({ person: { desired, unique }, plan }: PlannedPerson): string[] {
  if (desired.kind !== 'present' || plan.action !== 'create') return [];
  return unique.flatMap(({ target }) => {
    const value = desired.create[target];
    return value === undefined || value === null ? [] : [givenValue(target, String(value))];
  });
}

/** As what the link will be once the plan is carried out. */
function standingAfter(entry: PlannedPerson, { action, changes, waits }: PlannedLink): Standing {
  const { linked } = entry;
  const active = valueAt(changes, 'active');
  if (action === 'create') return sameValue(active?.to ?? true, false) ? 'stays' : 'member';
  if (remoteIdOf(entry) === null) return null;
  if (action === 'delete' && !waits) return null;
  if (action === 'deactivate' && !waits) return 'stays';
  if (action === 'reactivate') return 'member';
  if (active && sameValue(active.to, false)) return 'stays';
  return linked.kind === 'account' && (linked.deactivated || linked.released) ? 'stays' : 'member';
}
