import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { searchedPeople } from '@/lib/core/pagination';
import type { Counted } from '@/lib/db/bounded-count';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { getSettings } from '@/lib/settings/settings';
import { descendantIds, readMemberCounts } from './membership';
import { personWords } from './person-sql';
import { restorableDays } from './schema';

/** A person with everything that the page shows. @throws AppError `not_found`; erased people are not found */
export async function getUser(id: string) {
  const user = await db.user.findUnique({
    where: { id },
    omit: { passwordHash: true },
    include: {
      manager: { select: { id: true, displayName: true, username: true, deletedAt: true } },
      reports: {
        where: { deletedAt: null },
        select: { id: true, displayName: true },
        orderBy: [{ lastname: 'asc' }, { firstname: 'asc' }],
        take: 20,
      },
      _count: { select: { reports: { where: { deletedAt: null } } } },
    },
  });
  if (!user || user.purgedAt) throw new AppError('not_found', 'This person is not in the directory.');
  const pending = (await db.user.count({ where: { id, passwordHash: null } })) > 0;
  const link = await db.activationLink.findFirst({
    where: { userId: id, usedAt: null, endedAt: null, expiresAt: { gt: now() } },
    orderBy: { createdAt: 'desc' },
    select: { expiresAt: true, createdAt: true },
  });
  const restorableUntil = user.deletedAt && new Date(user.deletedAt.getTime() + restorableDays * 86_400_000);
  const { _count, ...rest } = user;
  return { ...rest, reportCount: _count.reports, pending, openLink: link, restorableUntil };
}
export type UserDetail = Awaited<ReturnType<typeof getUser>>;

/** @throws AppError `not_found` unless the person is in the directory, deleted or not */
export async function requireUser(id: string): Promise<void> {
  if ((await db.user.count({ where: { id, purgedAt: null } })) > 0) return;
  throw new AppError('not_found', 'This person is not in the directory.');
}

/** @throws AppError `not_found` unless the group is there */
export async function requireGroup(id: string): Promise<{ id: string; version: number }> {
  const group = await db.group.findFirst({ where: { id, deletedAt: null }, select: { id: true, version: true } });
  if (group) return group;
  throw new AppError('not_found', 'This user group does not exist any more.');
}

/** Sessions that still work, most recently used first. Sessions live in real time, not in the demo clock's. */
export async function listSessions(userId: string) {
  const { sessionIdleMinutes } = await getSettings();
  const inUse = { gte: new Date(Date.now() - sessionIdleMinutes * 60_000) };
  return db.session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: new Date() }, lastSeenAt: inUse },
    orderBy: { lastSeenAt: 'desc' },
    select: { id: true, clientAddress: true, userAgent: true, lastSeenAt: true, createdAt: true },
    take: 50,
  });
}
export type SessionRow = Awaited<ReturnType<typeof listSessions>>[number];

export interface MemberRow {
  id: string;
  displayName: string;
  username: string;
  email: string;
  status: 'active' | 'suspended';
  department: string | null;
  direct: boolean;
  /** Names of the nested groups that this person is in. */
  through: string[];
}

/** Effective members of a group with the reason, by name. @param limit rows at most, 50 unless told */
export async function listGroupMembers(
  input: MemberFilter & { cursor?: string | undefined },
  limit = 50,
): Promise<FoundPage<MemberRow>> {
  const nested = (await descendantIds([input.groupId])).filter((id) => id !== input.groupId);
  const [page, kept] = await Promise.all([
    search(
      db,
      membersOf(input),
      { cursor: input.cursor, limit },
      ({ key, from, order }) => db.$queryRaw<(MemberRow & Keyed)[]>`
      SELECT m.user_id AS id, m.display_name AS "displayName", m.username, m.email, m.status::text AS status, m.department, m.direct, ARRAY(
          SELECT DISTINCT g.name FROM group_members d JOIN groups g ON g.id = d.group_id
          WHERE d.user_id = m.user_id AND d.group_id = ANY(${nested}::uuid[]) ORDER BY g.name) AS through, ${key}
      FROM ${from} ORDER BY ${order}`,
    ),
    wordsOf(input.q).length > 0 ? undefined : countMembers(input.groupId, input.direct),
  ]);
  return { ...page, ...kept };
}

interface MemberFilter {
  groupId: string;
  q?: string | undefined;
  direct?: boolean | undefined;
}

function membersOf({ groupId, q, direct }: MemberFilter): SearchedList {
  const hasWords = wordsOf(q).length > 0;
  const columns = Prisma.sql`u.display_name, u.username, u.email, u.status, u.department, u.words, u.deleted_at`;
  const ofGroup = Prisma.sql`m.group_id = ${groupId}::uuid`;
  const ways = direct === undefined ? [true, false] : [direct];
  return {
    q,
    as: Prisma.sql`m`,
    // Whom an index of words finds is looked up in the group (OFFSET 0): joined, the whole group would be read.
    select: Prisma.sql`
      SELECT m.* FROM (SELECT e.group_id, u.id AS user_id, e.name_key, e.direct, ${columns} FROM users u CROSS JOIN LATERAL (SELECT * FROM effective_members e
        WHERE e.group_id = ${groupId}::uuid AND e.user_id = u.id AND e.direct = ANY (${ways}::boolean[]) OFFSET 0) e WHERE u.deleted_at IS NULL) m`,
    where: ofGroup,
    // Of those whom a search looks at; otherwise they are not read at all.
    ...(hasWords ? { filter: Prisma.sql`m.deleted_at IS NULL` } : {}),
    words: Prisma.sql`m.words`,
    columns: [
      { sql: Prisma.sql`m.name_key`, type: 'text' },
      { sql: Prisma.sql`m.user_id`, type: 'uuid' },
    ],
    most: searchedPeople,
    sample: { table: 'users', column: 'words' },
    collect: {
      ids: (has) => Prisma.sql`SELECT u.id FROM users u WHERE u.deleted_at IS NULL AND ${has(personWords)}`,
    },
    // The index has those who are direct members and the others apart.
    walk: ({ after, order, take }) => Prisma.sql`
      SELECT m.group_id, m.user_id, m.name_key, m.direct, ${columns} FROM (SELECT m.* FROM unnest(${ways}::boolean[]) AS way(direct)
        CROSS JOIN LATERAL (SELECT m.* FROM effective_members m ${hasWords ? Prisma.empty : Prisma.sql`JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL`}
          WHERE ${after} AND m.direct = way.direct ORDER BY ${order} LIMIT ${take}) m ORDER BY ${order} LIMIT ${take}) m
      JOIN users u ON u.id = m.user_id ORDER BY ${order}`,
  };
}

/** Without words, the number is kept. @param isDirect absent: all of them */
async function countMembers(groupId: string, isDirect: boolean | undefined): Promise<Counted> {
  const { direct = 0, effective = 0 } = (await readMemberCounts([groupId])).get(groupId) ?? {};
  const total = isDirect === undefined ? effective : isDirect ? direct : effective - direct;
  return { total, totalIsExact: true };
}
