import { linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';

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

/** Accounts of one group in one application. */
export interface GroupAccounts {
  accounts: readonly MemberAccount[];
  /** Remote ids of those who are to be members. */
  members: ReadonlySet<string>;
  /** Of those who stay members when they are, and are not added when they are not. */
  keep: ReadonlySet<string>;
  /** Of those whom we put there. */
  put: ReadonlySet<string>;
}

const wanted = Prisma.sql`l.state NOT IN ${inStates(linkStatesThat.areNoMembers)}`;
/** SQL: `l` is an account that may be a member; those who are in a deleted group, or have no account, are none. */
const hasAccount = Prisma.sql`l.remote_id IS NOT NULL AND l.state <> 'deleted'`;

/** Everybody in the group, nested groups included. What we put there is not asked for. */
export async function everyAccount(applicationId: string, groupId: string): Promise<GroupAccounts> {
  const accounts = await db.$queryRaw<(MemberAccount & { wanted: boolean })[]>`
    SELECT l.id AS "userLinkId", l.remote_id AS "remoteId", u.display_name AS name, ${wanted} AS wanted
    FROM user_links l JOIN users u ON u.id = l.user_id
    WHERE l.application_id = ${applicationId}::uuid AND ${hasAccount}
      AND l.user_id IN (SELECT e.user_id FROM effective_members e WHERE e.group_id = ${groupId}::uuid)
    ORDER BY l.id`;
  return {
    accounts,
    members: new Set(accounts.filter((account) => account.wanted).map(({ remoteId }) => remoteId)),
    keep: new Set(accounts.filter((account) => !account.wanted).map(({ remoteId }) => remoteId)),
    put: new Set(),
  };
}

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

export function byRemoteId(accounts: readonly MemberAccount[]): Map<string, MemberAccount> {
  return new Map(accounts.map((account) => [account.remoteId, account]));
}

/**
 * Only those who are to be added or taken out. With people named, nobody else is read, however many the group has: each of them
 * is looked up by keys.
 */
export async function differingAccounts(
  applicationId: string,
  groupId: string,
  { groupLinkId, userIds }: Differing,
): Promise<GroupAccounts> {
  const people = userIds
    ? Prisma.sql`SELECT DISTINCT unnest(${[...userIds]}::uuid[]) AS user_id`
    : Prisma.sql`
        SELECT user_id FROM effective_members WHERE group_id = ${groupId}::uuid
        UNION SELECT l.user_id FROM group_link_members m JOIN user_links l ON l.id = m.user_link_id
        WHERE m.group_link_id = ${groupLinkId}::uuid`;
  const rows = await db.$queryRaw<(MemberAccount & { put: boolean })[]>`
    SELECT l.id AS "userLinkId", CASE WHEN m.remote_id IS NULL THEN l.remote_id ELSE m.remote_id END AS "remoteId", u.display_name AS name,
      m.remote_id IS NOT NULL AS put
    FROM (${people}) p
    JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = p.user_id
    JOIN users u ON u.id = l.user_id
    LEFT JOIN effective_members e ON e.group_id = ${groupId}::uuid AND e.user_id = p.user_id
    LEFT JOIN group_link_members m ON m.group_link_id = ${groupLinkId}::uuid AND m.user_link_id = l.id
    WHERE CASE WHEN m.remote_id IS NULL THEN e.user_id IS NOT NULL AND ${hasAccount} AND ${wanted}
      ELSE e.user_id IS NULL OR NOT (${hasAccount}) END
    ORDER BY l.id`;
  return {
    accounts: rows,
    members: new Set(rows.filter(({ put }) => !put).map(({ remoteId }) => remoteId)),
    keep: new Set(),
    put: new Set(rows.filter(({ put }) => put).map(({ remoteId }) => remoteId)),
  };
}
