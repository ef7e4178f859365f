import { isGranted } from '@/lib/applications/scope';
import {
  affectedBy,
  type FilterAsIf,
  filterAsIf,
  type ScopeChange,
  wouldBeGranted,
} from '@/lib/applications/scope-change';
import { settingsOf } from '@/lib/core/setting';
import { countLimit } from '@/lib/db/bounded-count';
import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { countDeprovisioned } from '../guard';
import { type ActionSettings, actionSettings, guardSettings, holdSettings } from '../settings';
import { managesAccount } from './sql';

/** What a change would take away in one application. */
export interface DeprovisionImpact {
  applicationId: string;
  displayLabel: string;
  /** False: more than 1,000 people lose access. The numbers and names are those of the first 1,000. */
  isExact: boolean;
  /** People who lose access. */
  people: number;
  /** Accounts that Latchkey will deactivate or delete; 0 while Identity Management is not active, or where accounts are left as they are. */
  accounts: number;
  /** The first of the people who lose their account, by name. */
  names: string[];
  /** By the application's settings: accounts of people who leave are deactivated, deleted, or left as they are. */
  becomes: 'deactivated' | 'deleted' | 'kept';
  /**
   * Nothing of it is sent before somebody allows it. `guard`: with those of before, more than the guard lets through. `perhaps`: they were not
   * counted to their end, and what the guard lets through is a share of all accounts, which are not counted for a preview either.
   */
  heldBy: 'setting' | 'guard' | 'perhaps' | null;
}

export interface DeprovisionPreview {
  applications: DeprovisionImpact[];
  /** Accounts in all applications together. */
  accounts: number;
}

export const namesShown = 5;
/** Of those who are losing their accounts at that moment for another reason, so many are told apart from what the guard lets through. */
const othersLeaving = 500;

/**
 * Who loses access to an application, and how many accounts are deactivated, if these groups are disassociated.
 * @param withGroupIds groups that are associated at the same time, and may keep some of them in
 */
export async function previewDisassociation(
  applicationId: string,
  withoutGroupIds: readonly string[],
  withGroupIds: readonly string[] = [],
): Promise<DeprovisionPreview> {
  return preview([applicationId], { withoutAssociations: withoutGroupIds, withAssociations: withGroupIds });
}

/** The same for every application that a group's deletion touches, through nesting too. */
export async function previewGroupDeletion(groupId: string): Promise<DeprovisionPreview> {
  return preview(await applicationsAbove(groupId), { withoutGroups: [groupId] });
}

/**
 * The same for taking direct members out of a group: who is let in by another way is not counted.
 * @param among those of its applications that are asked; absent: all
 */
export async function previewMembersRemoval(
  groupId: string,
  userIds: readonly string[],
  among?: readonly string[],
): Promise<DeprovisionPreview> {
  return preview(among ?? (await applicationsAbove(groupId)), { withoutMembers: { groupId, userIds } });
}

/** The same for taking a nested group out of another. */
export async function previewUnnesting(parentId: string, childId: string): Promise<DeprovisionPreview> {
  return preview(await applicationsAbove(parentId), { withoutNesting: { parentId, childId } });
}

/** Applications associated with the group or with one that it is nested in, or whose scoping filter asks for its members. */
export async function applicationsAbove(groupId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH above AS MATERIALIZED (SELECT id FROM groups_above(ARRAY[${groupId}::uuid]))
    SELECT a.application_id AS id FROM above JOIN application_groups a ON a.group_id = above.id
    UNION SELECT c.application_id FROM above JOIN scope_clauses c ON c.member_of_id = above.id AND c.object_type = 'user'`;
  return rows.map((row) => row.id);
}

/** Accounts of one person that suspending or deleting them takes away. @param suspends otherwise they are deleted */
export function previewUserDeprovision(userId: string, suspends: boolean): Promise<DeprovisionPreview> {
  return previewPeopleDeprovision(Prisma.sql`SELECT ${userId}::uuid AS id`, suspends);
}

/** The same of many people. @param people SQL: `id` of each, once @param tx where it is to be given up with others */
export async function previewPeopleDeprovision(
  people: Prisma.Sql,
  suspends: boolean,
  tx: Tx = db,
): Promise<DeprovisionPreview> {
  const applications = await tx.$queryRaw<Counted[]>`
    WITH those AS MATERIALIZED (${people}),
    losing AS MATERIALIZED (
      SELECT l.application_id, u.id, u.display_name FROM those JOIN user_links l ON l.user_id = those.id JOIN users u ON u.id = l.user_id
      WHERE ${managesAccount})
    SELECT a.id AS "applicationId", a.display_label AS "displayLabel", true AS "isExact", n.people, n.people AS accounts,
      ARRAY(SELECT display_name FROM losing WHERE application_id = a.id ORDER BY lower(display_name), id LIMIT ${namesShown}) AS names
    FROM (SELECT application_id, count(*)::int AS people FROM losing GROUP BY 1) n JOIN applications a ON a.id = n.application_id
    JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive' ORDER BY lower(a.display_label), a.id`;
  return summed(await Promise.all(applications.map((one) => withSettings(one, suspends ? 'suspended' : 'leaves'))));
}

async function preview(applicationIds: readonly string[], change: ScopeChange): Promise<DeprovisionPreview> {
  const impacts = await Promise.all(applicationIds.map((id) => impactOn(id, change)));
  const found = impacts.flatMap((impact) => (impact && impact.people + impact.accounts > 0 ? [impact] : []));
  return summed(found.sort((one, other) => one.displayLabel.localeCompare(other.displayLabel, 'en')));
}

async function impactOn(applicationId: string, change: ScopeChange): Promise<DeprovisionImpact | undefined> {
  const [kept, filter] = await Promise.all([wouldBeGranted(applicationId, change), filterAsIf(applicationId, change)]);
  const [row] = await db.$queryRaw<Counted[]>`
    WITH losing AS MATERIALIZED (
      SELECT u.id, u.display_name, lost.access, lost.account AND l.id IS NOT NULL AND ${integrated(applicationId)} AS has_account
      FROM (${lostBy(applicationId, { affected: affectedBy(applicationId, change), kept, filter })} OFFSET 0) lost
      -- One by one (OFFSET 0): joined, everybody would be read, where many are lost.
      JOIN LATERAL (SELECT * FROM users WHERE id = lost.id OFFSET 0) u ON u.status = 'active' AND u.deleted_at IS NULL
      LEFT JOIN LATERAL (SELECT l.id FROM user_links l
        WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id AND ${managesAccount} OFFSET 0) l ON true
      LIMIT ${countLimit + 1}),
    told AS (SELECT * FROM losing LIMIT ${countLimit})
    SELECT a.id AS "applicationId", a.display_label AS "displayLabel",
      (SELECT count(*) FROM losing) <= ${countLimit} AS "isExact",
      (SELECT count(*) FROM told WHERE access)::int AS people,
      (SELECT count(*) FROM told WHERE has_account)::int AS accounts,
      ARRAY(SELECT display_name FROM told WHERE has_account ORDER BY lower(display_name), id LIMIT ${namesShown}) AS names
    FROM applications a WHERE a.id = ${applicationId}::uuid`;
  return row && withSettings(row, 'leaves');
}

/** SQL: `id, access, account` of who loses access, or the account alone, because the scoping filter leaves them out by then. */
function lostBy(
  applicationId: string,
  { affected, kept, filter }: { affected: Prisma.Sql; kept: Prisma.Sql; filter: FilterAsIf | undefined },
): Prisma.Sql {
  if (!filter)
    return Prisma.sql`SELECT u.id, true AS access, true AS account FROM (${affected}) AS u(id) WHERE NOT ${kept}`;
  return Prisma.sql`
    SELECT u.id, NOT a.kept AS access, a.passes AND NOT (a.kept AND a.would_pass) AS account
    FROM (${affected}) AS c(id) JOIN users u ON u.id = c.id
    CROSS JOIN LATERAL (SELECT ${isGranted(applicationId)} AS was, ${kept} AS kept, ${filter.passes} AS passes, ${filter.wouldPass} AS would_pass OFFSET 0) a
    WHERE a.was AND (NOT a.kept OR (a.passes AND NOT a.would_pass))`;
}

type Counted = Omit<DeprovisionImpact, 'becomes' | 'heldBy'>;

/** Why accounts are taken away: people have none any more, somebody is suspended, or they are mapped to be inactive. */
type Cause = 'leaves' | 'suspended' | 'mapped';

async function withSettings(counted: Counted, cause: Cause): Promise<DeprovisionImpact> {
  const settled = await whatBecomes(counted.applicationId, counted, cause);
  return settled.becomes === 'kept' ? { ...counted, accounts: 0, names: [], ...settled } : { ...counted, ...settled };
}

/**
 * What the application's settings, and its guard, make of so many accounts that are to be taken away.
 * @param cause whoever is suspended never waits
 */
export async function whatBecomes(
  id: string,
  { accounts, isExact }: Pick<DeprovisionImpact, 'accounts' | 'isExact'>,
  cause: Cause = 'leaves',
): Promise<Pick<DeprovisionImpact, 'becomes' | 'heldBy'>> {
  const integration = await db.integration.findUnique({ where: { applicationId: id }, select: { settings: true } });
  const set = { settings: integration?.settings ?? {} };
  const actions = settingsOf(actionSettings, set);
  const becomes = takenAway(actions, cause);
  if (becomes === 'kept') return { becomes, heldBy: null };
  const { holdDeprovisioning, guardEnabled } = settingsOf(holdSettings, set);
  if (cause === 'suspended' || accounts === 0) return { becomes, heldBy: null };
  if (holdDeprovisioning) return { becomes, heldBy: 'setting' };
  if (!guardEnabled) return { becomes, heldBy: null };
  const guard = settingsOf(guardSettings, set);
  if (!isExact && guard.guardPercent > 0) return { becomes, heldBy: 'perhaps' };
  const guarded = { application: { id }, actions, guard };
  const { total, threshold } = await countDeprovisioned(db, guarded, accounts + othersLeaving);
  return { becomes, heldBy: total + accounts > threshold ? 'guard' : null };
}

function takenAway(
  { deactivateUsers, deleteUsers, deprovisionAction }: ActionSettings,
  cause: Cause,
): DeprovisionImpact['becomes'] {
  const to = cause === 'leaves' ? deprovisionAction : 'deactivate';
  if (to === 'delete') return deleteUsers ? 'deleted' : 'kept';
  return to === 'deactivate' && deactivateUsers ? 'deactivated' : 'kept';
}

function integrated(applicationId: string): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT 1 FROM integrations WHERE application_id = ${applicationId}::uuid AND status <> 'inactive')`;
}

function summed(applications: DeprovisionImpact[]): DeprovisionPreview {
  return { applications, accounts: applications.reduce((sum, impact) => sum + impact.accounts, 0) };
}
