import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { boundedCount, type Counted, wordsCountLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Keyset, type Part, readPage } from '@/lib/db/keyset';
import { containing } from '@/lib/db/search';
import { getSettings } from '@/lib/settings/settings';
import { descendantIds, readMemberCounts } from './membership';
import { personKeys, personWords } from './person-sql';
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

/** A group with what is nested in it and what it is nested in. @throws AppError `not_found` */
export async function getGroup(id: string) {
  const related = { select: { id: true, name: true, description: true, deletedAt: true } } as const;
  const group = await db.group.findUnique({
    where: { id },
    include: { children: { include: { child: related } }, parents: { include: { parent: related } } },
  });
  if (!group || group.deletedAt) throw new AppError('not_found', 'This user group does not exist any more.');
  const children = group.children.map(({ child }) => child).filter((child) => !child.deletedAt);
  const parents = group.parents.map(({ parent }) => parent).filter((parent) => !parent.deletedAt);
  const [counts, importedFrom, applications] = await Promise.all([
    readMemberCounts([group.id, ...children.map((child) => child.id)]),
    group.importedFromId
      ? db.application.findUnique({ where: { id: group.importedFromId }, select: { id: true, displayLabel: true } })
      : null,
    db.applicationGroup.count({ where: { groupId: id } }),
  ]);
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    version: group.version,
    createdAt: group.createdAt,
    readOnly: group.importedFromId !== null,
    importedFrom,
    applications,
    directMembers: counts.get(group.id)?.direct ?? 0,
    effectiveMembers: counts.get(group.id)?.effective ?? 0,
    children: children
      .map(({ id: childId, name, description }) => ({
        id: childId,
        name,
        description,
        members: counts.get(childId)?.effective ?? 0,
      }))
      .sort(byName),
    parents: parents.map(({ id: parentId, name }) => ({ id: parentId, name })).sort(byName),
  };
}
export type GroupDetail = Awaited<ReturnType<typeof getGroup>>;

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
  input: { groupId: string; q?: string | undefined; direct?: boolean | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<Page<MemberRow> & Counted> {
  const nested = (await descendantIds([input.groupId])).filter((id) => id !== input.groupId);
  const kept = await countMembers(input.groupId, input.direct);
  const members = membersOf(input, kept.total);
  const [page, counted] = await Promise.all([
    readPage(
      members,
      { cursor: input.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(MemberRow & Keyed)[]>`
      SELECT u.id, u.display_name AS "displayName", u.username, u.email, u.status::text AS status, u.department, e.direct, ARRAY(
          SELECT DISTINCT g.name FROM group_members m JOIN groups g ON g.id = m.group_id
          WHERE m.user_id = u.id AND m.group_id = ANY(${nested}::uuid[]) ORDER BY g.name) AS through, ${key}
      FROM ${members.from({ after, order, take })} WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    input.q ? countNamed(members) : kept,
  ]);
  return { ...page, ...counted };
}

interface Members extends Part {
  /** SQL of `u` and `e` (their membership): those that `after` leaves, in order, as many as a page takes. */
  from: (keyset: Omit<Keyset, 'key'>) => Prisma.Sql;
}

/** @param total how many there are without words */
function membersOf(
  { groupId, q, direct }: { groupId: string; q?: string | undefined; direct?: boolean | undefined },
  total: number,
): Members {
  const isMember = Prisma.sql`u.deleted_at IS NULL AND e.group_id = ${groupId}::uuid`;
  if (!q) {
    // By the index, which has those who are direct members and the others apart.
    const ways = direct === undefined ? [true, false] : [direct];
    return {
      where: isMember,
      columns: [
        { sql: Prisma.sql`e.name_key`, type: 'text' },
        { sql: Prisma.sql`e.user_id`, type: 'uuid' },
      ],
      from: ({ after, order, take }) => Prisma.sql`
        unnest(${ways}::boolean[]) AS way(direct) CROSS JOIN LATERAL (SELECT e.* FROM effective_members e JOIN users u ON u.id = e.user_id
          WHERE ${after} AND e.direct = way.direct ORDER BY ${order} LIMIT ${take}) e
        JOIN users u ON u.id = e.user_id`,
    };
  }
  const isWanted = direct === undefined ? isMember : Prisma.sql`${isMember} AND e.direct = ${direct}`;
  // Of few, the names are put in order. Of many, people are read in order, and each is looked up: as a value, because EXISTS
  // would be answered by reading the whole group.
  const few = Prisma.sql`SELECT e.user_id FROM effective_members e JOIN users u ON u.id = e.user_id WHERE ${isWanted}`;
  const isFound =
    total <= sortedMembers
      ? Prisma.sql`u.id = ANY (ARRAY(${few}))`
      : Prisma.sql`(SELECT true FROM effective_members e WHERE e.user_id = u.id AND ${isWanted}) IS NOT NULL`;
  return {
    where: Prisma.join([Prisma.sql`u.deleted_at IS NULL`, ...containing(personWords, q), isFound], ' AND '),
    columns: [personKeys.name, personKeys.id],
    from: () => Prisma.sql`users u CROSS JOIN LATERAL (SELECT * FROM effective_members e
      WHERE e.user_id = u.id AND e.group_id = ${groupId}::uuid OFFSET 0) e`,
  };
}

/** In the order of the list: words that many have are counted where the first of them are. */
function countNamed({ where }: Members): Promise<Counted> {
  return boundedCount(db, Prisma.sql`users u WHERE ${where} ORDER BY ${personKeys.name.sql}, u.id`, wordsCountLimit);
}

/** As many members are put in order for a page. */
const sortedMembers = 500;

/** Without words, the number is kept. @param isDirect absent: all of them */
async function countMembers(groupId: string, isDirect: boolean | undefined): Promise<Counted> {
  const { direct = 0, effective = 0 } = (await readMemberCounts([groupId])).get(groupId) ?? {};
  const total = isDirect === undefined ? effective : isDirect ? direct : effective - direct;
  return { total, totalIsExact: true };
}
