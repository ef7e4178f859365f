import { linkStatesThat, listed } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { runStatement } from '@/lib/db/statement';

/** An account that may be a member over there. */
export interface MemberAccount {
  userLinkId: string;
  remoteId: string;
  name: string;
}

/** Whose membership is to be looked at: of these people, or of everybody (null), those in whom something differs. */
export interface Differing {
  groupLinkId: string;
  userIds: readonly string[] | null;
}

export interface MembersQuestion {
  groupId: string;
  /** Absent: all who are to be members. */
  differing?: Differing | undefined;
}

/** Accounts of one group in one application. */
export interface GroupAccounts {
  accounts: readonly MemberAccount[];
  /** Remote ids of those who are to be members. */
  members: ReadonlySet<string>;
  /** Of those who stay members when they are, and are not added when they are not. */
  keep: ReadonlySet<string>;
  /** Of those whom we put there. */
  put: ReadonlySet<string>;
  /** There are more who differ: these come first. */
  isPart?: boolean;
}

export const noAccounts: GroupAccounts = { accounts: [], members: new Set(), keep: new Set(), put: new Set() };

const isWanted = `l.state NOT IN ${listed(linkStatesThat.areNoMembers)}`;
/** SQL: `l` is an account that may be a member; those who are in a deleted group, or have no account, are none. */
const mayBeMember = `l.remote_id IS NOT NULL AND l.state <> 'deleted'`;
const [wanted, hasAccount] = [Prisma.raw(isWanted), Prisma.raw(mayBeMember)];

/**
 * Accounts of these groups in one application, by the group: three statements at most, however many groups.
 * @param most of those who differ in one group, so many are told
 */
export async function groupAccounts(
  applicationId: string,
  questions: readonly MembersQuestion[],
  most: number,
): Promise<Map<string, GroupAccounts>> {
  const whole = questions.flatMap(({ groupId, differing }) => (differing ? [] : [groupId]));
  const compared = questions.flatMap(({ groupId, differing }) => (differing ? [{ groupId, ...differing }] : []));
  const [every, ofEverybody, ofSome] = await Promise.all([
    everyAccount(applicationId, whole),
    ofEverybodyIn(
      applicationId,
      compared.filter(({ userIds }) => userIds === null),
      most,
    ),
    ofPeopleIn(
      applicationId,
      compared.filter(({ userIds }) => userIds !== null),
      most,
    ),
  ]);
  return new Map([
    ...whole.map((id): [string, GroupAccounts] => [id, allOf(every.get(id) ?? [])]),
    ...compared.map(({ groupId, userIds }): [string, GroupAccounts] => [
      groupId,
      differenceOf((userIds ? ofSome : ofEverybody).get(groupId) ?? [], most),
    ]),
  ]);
}

type WantedAccount = MemberAccount & { groupId: string; wanted: boolean };

function allOf(accounts: readonly WantedAccount[]): GroupAccounts {
  return {
    accounts,
    members: new Set(accounts.filter((account) => account.wanted).map(({ remoteId }) => remoteId)),
    keep: new Set(accounts.filter((account) => !account.wanted).map(({ remoteId }) => remoteId)),
    put: new Set(),
  };
}

/** Everybody in the groups, nested groups included. What we put there is not asked for. */
async function everyAccount(applicationId: string, groupIds: readonly string[]) {
  if (groupIds.length === 0) return new Map<string, WantedAccount[]>();
  return byGroup(await runStatement<WantedAccount>(everyAccountOf, [applicationId, groupIds]));
}

/** Past Prisma, which holds every row several times: it may be a hundred thousand. $1 application, $2 groups. */
const everyAccountOf = {
  name: 'accounts-of-groups',
  text: `
    SELECT e.group_id AS "groupId", l.id AS "userLinkId", l.remote_id AS "remoteId", u.display_name AS name, ${isWanted} AS wanted
    FROM effective_members e
    JOIN user_links l ON l.application_id = $1::uuid AND l.user_id = e.user_id AND ${mayBeMember}
    JOIN users u ON u.id = l.user_id
    WHERE e.group_id = ANY ($2::uuid[])
    ORDER BY l.id`,
};

/** The accounts that we put into a group, as far as we know, by their ids over there. */
export async function accountsPut(groupLinkId: string): Promise<Map<string, MemberAccount>> {
  return byRemoteId(
    await db.$queryRaw`
      SELECT l.id AS "userLinkId", m.remote_id AS "remoteId", u.display_name AS name
      FROM group_link_members m JOIN user_links l ON l.id = m.user_link_id JOIN users u ON u.id = l.user_id
      WHERE m.group_link_id = ${groupLinkId}::uuid`,
  );
}

/** These accounts of an application, whoever is in which group. */
export async function accountsOf(
  applicationId: string,
  remoteIds: readonly string[],
): Promise<Map<string, MemberAccount>> {
  if (remoteIds.length === 0) return new Map();
  return byRemoteId(
    await db.$queryRaw`
      SELECT l.id AS "userLinkId", l.remote_id AS "remoteId", u.display_name AS name
      FROM user_links l JOIN users u ON u.id = l.user_id
      WHERE l.application_id = ${applicationId}::uuid AND l.remote_id = ANY (${[...remoteIds]})`,
  );
}

function byGroup<Row extends { groupId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const known = groups.get(row.groupId);
    if (known) known.push(row);
    else groups.set(row.groupId, [row]);
  }
  return groups;
}

export function byRemoteId(accounts: readonly MemberAccount[]): Map<string, MemberAccount> {
  return new Map(accounts.map((account) => [account.remoteId, account]));
}

type DifferingAccount = MemberAccount & { groupId: string; put: boolean };

function differenceOf(all: readonly DifferingAccount[], most: number): GroupAccounts {
  const rows = all.slice(0, most);
  return {
    accounts: rows,
    isPart: all.length > rows.length,
    members: new Set(rows.filter(({ put }) => !put).map(({ remoteId }) => remoteId)),
    keep: new Set(),
    put: new Set(rows.filter(({ put }) => put).map(({ remoteId }) => remoteId)),
  };
}

type Compared = { groupId: string } & Differing;

/** With people named, nobody else is read, however many the groups have: each of them is looked up by keys. */
function ofPeopleIn(applicationId: string, compared: readonly Compared[], most: number) {
  const rows = compared.flatMap(({ groupId, groupLinkId, userIds }) =>
    [...new Set(userIds)].map((userId) => ({ groupId, groupLinkId, userId })),
  );
  const people = Prisma.sql`
    SELECT * FROM unnest(${rows.map((row) => row.groupId)}::uuid[], ${rows.map((row) => row.groupLinkId)}::uuid[],
      ${rows.map((row) => row.userId)}::uuid[]) AS q(group_id, group_link_id, user_id)`;
  return whoDiffer(applicationId, rows.length === 0 ? undefined : people, most);
}

function ofEverybodyIn(applicationId: string, compared: readonly Compared[], most: number) {
  const groups = Prisma.sql`
    unnest(${compared.map((row) => row.groupId)}::uuid[], ${compared.map((row) => row.groupLinkId)}::uuid[]) AS q(group_id, group_link_id)`;
  const people = Prisma.sql`
    SELECT q.group_id, q.group_link_id, e.user_id FROM ${groups} JOIN effective_members e ON e.group_id = q.group_id
    UNION SELECT q.group_id, q.group_link_id, l.user_id FROM ${groups}
    JOIN group_link_members m ON m.group_link_id = q.group_link_id JOIN user_links l ON l.id = m.user_link_id`;
  return whoDiffer(applicationId, compared.length === 0 ? undefined : people, most);
}

/** Only those who are to be added or taken out, `most` of each group, and one more. @param people SQL: group_id, group_link_id, user_id */
async function whoDiffer(applicationId: string, people: Prisma.Sql | undefined, most: number) {
  if (!people) return new Map<string, DifferingAccount[]>();
  const rows = await db.$queryRaw<DifferingAccount[]>`
    SELECT "groupId", "userLinkId", "remoteId", name, put FROM (
      SELECT p.group_id AS "groupId", l.id AS "userLinkId", CASE WHEN m.remote_id IS NULL THEN l.remote_id ELSE m.remote_id END AS "remoteId",
        u.display_name AS name, m.remote_id IS NOT NULL AS put, row_number() OVER (PARTITION BY p.group_id ORDER BY l.id) AS place
      FROM (${people}) p
      JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = p.user_id
      JOIN users u ON u.id = l.user_id
      LEFT JOIN effective_members e ON e.group_id = p.group_id AND e.user_id = p.user_id
      LEFT JOIN group_link_members m ON m.group_link_id = p.group_link_id AND m.user_link_id = l.id
      WHERE CASE WHEN m.remote_id IS NULL THEN e.user_id IS NOT NULL AND ${hasAccount} AND ${wanted}
        ELSE e.user_id IS NULL OR NOT (${hasAccount}) END) AS differing
    WHERE place <= ${most + 1} ORDER BY place`;
  return byGroup(rows);
}
