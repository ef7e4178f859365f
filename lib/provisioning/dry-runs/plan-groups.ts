import { db } from '@/lib/db/client';
import type { DryRun } from '@/lib/db/generated/client';
import { runStatement } from '@/lib/db/statement';
import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../connection';
import { findGroup, type GroupSearch } from '../engine/groups/find-group';
import { judge } from '../internal/verdict';
import { type DesiredMembership, desiredGroups } from '../plan/desired-group';
import { accountsPut, type GroupAccounts, type MemberAccount, type MembersQuestion } from '../plan/group-members';
import { isDrifted } from '../plan/match-groups';
import type { LinkedGroup } from '../plan/plan-group';
import {
  noGroup,
  type PlannableGroupLink,
  type PlannedGroup,
  planFound,
  unlinkedGroup,
} from '../plan/plan-group-links';
import { shownGroupPlan } from '../plan/preview-group';
import type { TargetValues } from '../plan/values';
import { withHolds } from '../plan/with-holds';
import type { DryRunConnection } from './dry-run-connection';
import { type Next, readLater } from './keep';
import { keepRows, type PlannedRow } from './keep-rows';

/** Each is asked for over there, and may have a hundred thousand members. */
const atOnce = 4;
/** Names of members that are told of a group, each way. */
const namesAtMost = 100;

/**
 * Plans some groups of a run as a cycle would come to them: after everybody has the account that is planned for them. Each is asked
 * for by its id, or searched, as it is by a cycle that takes it over.
 */
export async function planSomeGroups(run: DryRun, begun: DryRunConnection): Promise<Next | 'all'> {
  const { connection } = begun;
  const rows = await db.dryRunRow.findMany({
    where: { runId: run.id, kind: null, isGroup: true },
    orderBy: { subjectId: 'asc' },
    take: atOnce,
    select: { subjectId: true },
  });
  if (rows.length === 0) return 'all';
  const groupIds = rows.map(({ subjectId }) => subjectId);
  const links = await linksOf(run, groupIds, begun.forgets);
  const memberships = await desiredGroups(
    connection,
    links.map((link) => ({ link })),
    (_applicationId, questions) => accountsAfter(run.id, questions),
  );
  const all = await Promise.all(
    links.map(async (link) => {
      const membership = memberships.get(link.groupId);
      return membership && planOne(connection, { ...link, applicationId: run.applicationId }, membership);
    }),
  );
  const failure = all.flatMap((one) => (one && 'failure' in one ? [one.failure] : []))[0];
  if (failure) return readLater(run, failure);
  const planned = new Map(all.flatMap((one) => (one && 'row' in one ? [[one.row.subjectId, one.row]] : [])));
  const kept = groupIds.map((subjectId): PlannedRow => planned.get(subjectId) ?? { subjectId, plan: null });
  return (await keepRows(run, kept)) ? 'go on' : 'over';
}

async function linksOf({ applicationId }: DryRun, groupIds: readonly string[], forgets: boolean) {
  const rows = await db.groupLink.findMany({ where: { applicationId, groupId: { in: [...groupIds] } } });
  const links = new Map<string, PlannableGroupLink>((await withHolds(rows)).map((link) => [link.groupId, link]));
  return groupIds.map((groupId): PlannableGroupLink => {
    const link = links.get(groupId) ?? unlinkedGroup(groupId);
    const state = link.state === 'released' ? link.state : 'pending';
    return forgets ? { ...unlinkedGroup(groupId), state } : link;
  });
}

/** People of these groups who have an account once the run is carried out. Who is to get one has none yet: their own id stands for it. */
async function accountsAfter(
  runId: string,
  questions: readonly MembersQuestion[],
): Promise<Map<string, GroupAccounts>> {
  const groupIds = questions.map(({ groupId }) => groupId);
  const rows = await runStatement<MemberAccount & { groupId: string; standing: string }>(accountsOfRun, [
    runId,
    groupIds,
  ]);
  return new Map(
    groupIds.map((groupId): [string, GroupAccounts] => {
      const accounts = rows.filter((row) => row.groupId === groupId);
      const idsOf = (standing: string) =>
        new Set(accounts.flatMap((row) => (row.standing === standing ? [row.remoteId] : [])));
      return [groupId, { accounts, members: idsOf('member'), keep: idsOf('stays'), put: new Set() }];
    }),
  );
}

/** Past Prisma, which holds every row several times: it may be a hundred thousand. $1 run, $2 groups. */
const accountsOfRun = {
  name: 'accounts-of-dry-run',
  text: `
    SELECT e.group_id AS "groupId", '' AS "userLinkId", coalesce(r.plan ->> 'remoteId', r.subject_id::text) AS "remoteId", r.name, r.standing
    FROM effective_members e JOIN dry_run_rows r ON r.run_id = $1::uuid AND r.subject_id = e.user_id AND r.standing IS NOT NULL
    WHERE e.group_id = ANY ($2::uuid[])`,
};

type Link = PlannableGroupLink & { applicationId: string };
type Planned = { row: PlannedRow } | { failure: ScimFailure };

async function planOne(connection: Connection, link: Link, membership: DesiredMembership): Promise<Planned> {
  const put = link.id ? await accountsPut(link.id) : new Map<string, MemberAccount>();
  const found = await foundOne(connection, link, membership, put);
  if (!found.ok) {
    const verdict = judge(found.failure, 'update');
    if (verdict.connection !== 'fine') return { failure: found.failure };
    const reason = { code: verdict.code, message: found.failure.detail };
    return {
      row: rowOf(
        connection,
        planFound(connection, { link, membership }, { ...noGroup, linked: { kind: 'ambiguous', reason } }),
        put,
      ),
    };
  }
  return { row: rowOf(connection, planFound(connection, { link, membership }, found.found), put) };
}

/** What a cycle that has read the application would know of a group. */
async function foundOne(
  connection: Connection,
  link: Link,
  { desired }: DesiredMembership,
  put: ReadonlyMap<string, MemberAccount>,
): Promise<GroupSearch> {
  const { lastSent, remoteId, takenOver, foreignMembers } = link;
  const sent = lastSent as TargetValues | null;
  if (desired.kind === 'released') return { ok: true, found: { ...noGroup, remoteId, takenOver, foreignMembers } };
  if (desired.kind === 'gone') {
    const linked: LinkedGroup = { kind: 'group', sent, current: null, members: new Set() };
    return { ok: true, found: remoteId ? { linked, remoteId, takenOver, foreignMembers } : noGroup };
  }
  const isOurs = (id: string) => desired.members.has(id) || put.has(id);
  const search = await findGroup(connection, link, {
    values: [desired.create],
    isOurs,
    put: new Set(put.keys()),
    attempted: false,
  });
  if (!search.ok || search.found.linked.kind !== 'group' || sent === null || !remoteId) return search;
  const { current, members } = search.found.linked;
  if (isDrifted(sent, current ?? {})) return search;
  // What was sent is there: only whom we put there counts.
  const ours = new Set([...members].filter((id) => put.has(id)));
  return { ok: true, found: { ...search.found, linked: { ...search.found.linked, sent, current, members: ours } } };
}

function rowOf(connection: Connection, planned: PlannedGroup, put: ReadonlyMap<string, MemberAccount>): PlannedRow {
  const { plan, membership } = planned;
  const named = (ids: readonly string[]) =>
    ids.slice(0, namesAtMost).flatMap((id) => (membership.accounts.get(id) ?? put.get(id))?.name ?? []);
  const members = 'add' in plan && { added: named(plan.add), removed: 'remove' in plan ? named(plan.remove) : [] };
  return {
    subjectId: planned.link.groupId,
    plan: shownGroupPlan(connection, planned),
    ...(members ? { members } : {}),
  };
}
