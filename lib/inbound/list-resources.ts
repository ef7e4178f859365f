import { boundedRead } from '@/lib/db/bounded-read';
import { db, type Tx } from '@/lib/db/client';
import { type Group, Prisma, type User } from '@/lib/db/generated/client';
import { parseFilter } from '@/lib/scim/server/filter';
import { mostOnPage, usualOnPage } from '@/lib/scim/server/names';
import { badRequest } from '@/lib/scim/server/scim-error';
import type { SourceSession } from './authenticate-source';
import type { GroupMemberRow } from './group-resource';
import { groupColumns, isIndexed, userColumns } from './internal/columns';
import { filterSql } from './internal/filter-sql';
import { placeOf, rememberPlace } from './internal/places';
import type { ResourceUser } from './user-resource';

/** What is asked of a list (RFC 7644 §3.4.2). */
export interface ListQuery {
  filter: string | null;
  startIndex: string | null;
  count: string | null;
}

export interface Listed<Row> {
  rows: Row[];
  total: number;
  startIndex: number;
}

/** Members that one answer holds at most. */
const mostMembersTold = 50_000;
const mostGroupsTold = 1_000;

/** People of a source, by their ids. @throws ScimError 400 invalidFilter, tooMany; AppError `search_too_slow` */
export async function listSourceUsers(source: SourceSession, query: ListQuery): Promise<Listed<ResourceUser>> {
  const { ids, ...page } = await listIds(source, 'User', query);
  return { ...page, rows: inOrder(ids, await readUsers(db, ids)) };
}

/** Groups of a source, by their ids; without members. @throws as {@link listSourceUsers} */
export async function listSourceGroups(source: SourceSession, query: ListQuery): Promise<Listed<Group>> {
  const { ids, ...page } = await listIds(source, 'Group', query);
  return { ...page, rows: inOrder(ids, await db.group.findMany({ where: { id: { in: ids } } })) };
}

/** A person with manager and groups. */
export async function readUserResource(source: SourceSession, id: string): Promise<ResourceUser | undefined> {
  const [user] = await readUsers(db, [id]);
  if (!user) return undefined;
  const groups = await db.group.findMany({
    where: { sourceId: source.id, deletedAt: null, members: { some: { userId: id } } },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
    take: mostGroupsTold,
  });
  return { ...user, groups };
}

/**
 * The members of groups, by their ids. @throws ScimError 400 tooMany where there are more than 50,000 in all
 */
export async function readGroupMembers(groupIds: readonly string[]): Promise<Map<string, GroupMemberRow[]>> {
  const rows = await db.$queryRaw<(GroupMemberRow & { groupId: string })[]>`
    SELECT m.group_id AS "groupId", u.id, u.display_name AS "displayName" FROM group_members m
    JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
    WHERE m.group_id = ANY(${[...groupIds]}::uuid[]) ORDER BY m.group_id, u.id LIMIT ${mostMembersTold + 1}`;
  if (rows.length > mostMembersTold) {
    throw badRequest(
      'tooMany',
      `These groups have more than ${mostMembersTold} members: ask with excludedAttributes=members.`,
    );
  }
  const byGroup = new Map<string, GroupMemberRow[]>();
  for (const { groupId, ...member } of rows) {
    const known = byGroup.get(groupId);
    if (known) known.push(member);
    else byGroup.set(groupId, [member]);
  }
  return byGroup;
}

async function readUsers(tx: Tx, ids: readonly string[]): Promise<ResourceUser[]> {
  const rows = await tx.user.findMany({
    where: { id: { in: [...ids] }, deletedAt: null },
    include: { manager: { select: { displayName: true } } },
  });
  return rows.map(
    ({ manager, ...user }): ResourceUser => ({ ...(user as User), managerName: manager?.displayName ?? null }),
  );
}

const tables = { User: Prisma.sql`users`, Group: Prisma.sql`groups` } as const;

async function listIds(source: SourceSession, kind: 'User' | 'Group', query: ListQuery) {
  const startIndex = Math.max(1, numberOf(query.startIndex, 'startIndex') ?? 1);
  const count = Math.min(mostOnPage, Math.max(0, numberOf(query.count, 'count') ?? usualOnPage));
  const filter = query.filter?.trim() ? parseFilter(query.filter) : undefined;
  const narrowed = filter
    ? Prisma.sql`AND ${filterSql(filter, kind === 'User' ? userColumns : groupColumns)}`
    : Prisma.empty;
  const from = Prisma.sql`${tables[kind]} u WHERE u.source_id = ${source.id}::uuid AND u.deleted_at IS NULL ${narrowed}`;
  const list = `${source.id} ${kind} ${query.filter ?? ''}`;
  const place = startIndex === 1 ? undefined : placeOf(list, startIndex);
  const read = async (tx: Tx) => {
    // Counted once for a walk through all pages: for each of them, everybody would be counted again.
    const total = place?.total ?? (await countAll(tx, from));
    const rest = place ? Prisma.sql`AND u.id > ${place.id}::uuid` : Prisma.empty;
    const skip = place ? Prisma.empty : Prisma.sql`OFFSET ${startIndex - 1}`;
    if (count === 0) return { total, ids: [] };
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM ${from} ${rest} ORDER BY u.id LIMIT ${count} ${skip}`;
    return { total, ids: rows.map(({ id }) => id) };
  };
  const found = filter && !isIndexed(filter) ? await boundedRead(read) : await read(db);
  const last = found.ids.at(-1);
  if (last) rememberPlace(list, startIndex + found.ids.length, { id: last, total: found.total });
  return { ...found, startIndex };
}

async function countAll(tx: Tx, from: Prisma.Sql): Promise<number> {
  const [row] = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM ${from}`;
  return row?.total ?? 0;
}

/** What is no number is refused; what is beyond any list is its end. */
function numberOf(text: string | null, name: string): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest('invalidValue', `${name} is a whole number.`);
  return Math.min(Number(text), 2_000_000_000);
}

function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
