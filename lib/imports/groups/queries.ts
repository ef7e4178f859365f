import { foldName } from '@/lib/core/fold-name';
import type { Page } from '@/lib/core/pagination';
import type { ImportRowStateName } from '@/lib/core/states';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { likePattern } from '@/lib/db/search';
import type { RowError } from '../schema';
import type { ImportGroupDecision, ImportGroupFilter, importGroupMatches } from './schema';

/** A group of an application in an import. */
export interface ImportGroupRow {
  remoteId: string;
  name: string;
  match: (typeof importGroupMatches)[number];
  decision: ImportGroupDecision | null;
  state: ImportRowStateName;
  /** The user group that it is here, is linked to, or may be. */
  group: { id: string; name: string } | null;
  /** Accounts that are in it over there. */
  members: number;
  /** Of these: not in the directory. */
  foreignMembers: number;
  /** False: the application does not tell who is in it. */
  told: boolean;
  /** It is here, and not there any more. */
  gone: boolean;
  /** Of one that is here: people who come, and go. */
  joins: number;
  leaves: number;
  error: RowError | null;
}

/** Groups of an import by name. @param limit default 50 */
export async function listImportGroups(
  importId: string,
  filter: Partial<ImportGroupFilter>,
  limit = 50,
): Promise<Page<ImportGroupRow> & Counted> {
  const clauses = [Prisma.sql`r.import_id = ${importId}::uuid`];
  if (filter.q) clauses.push(Prisma.sql`r.name_folded LIKE ${likePattern(foldName(filter.q))}`);
  if (filter.groups === 'undecided') clauses.push(undecided);
  else if (filter.groups) clauses.push(Prisma.sql`r.match = ${filter.groups}::import_group_match`);
  if (filter.result) clauses.push(Prisma.sql`r.state = ${filter.result}::import_row_state`);
  const where = Prisma.join(clauses, ' AND ');
  // As the index of migration 0155 has it.
  const columns = [
    { sql: Prisma.sql`(left(r.name_folded, 200) COLLATE "C")`, type: 'text' as const },
    { sql: Prisma.sql`r.remote_id`, type: 'text' as const },
  ];
  type Row = Omit<ImportGroupRow, 'group'> & { groupId: string | null; groupName: string | null } & Keyed;
  const [{ items, ...page }, counted] = await Promise.all([
    readPage(
      { where, columns },
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) =>
        db.$queryRaw<Row[]>`
        SELECT r.remote_id AS "remoteId", r.name, r.match::text AS match, r.decision::text AS decision, r.state::text AS state, r.members,
          r.foreign_members AS "foreignMembers", r.told, r.gone, r.joins, r.leaves, r.error, g.id AS "groupId", g.name AS "groupName", ${key}
        FROM import_groups r LEFT JOIN groups g ON g.id = r.group_id AND g.deleted_at IS NULL
        WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    boundedCount(db, Prisma.sql`import_groups r WHERE ${where}`),
  ]);
  const rows = items.map(({ groupId, groupName, ...row }) => ({
    ...row,
    group: groupId ? { id: groupId, name: groupName ?? '' } : null,
  }));
  return { ...page, items: rows, ...counted };
}

/** SQL over `import_groups r`: somebody has to choose first. */
const undecided = Prisma.sql`(r.decision IS NULL AND r.match IN ('none', 'name') AND r.state = 'listed')`;

export interface ImportGroupCounts {
  all: number;
  undecided: number;
  none: number;
  name: number;
  linked: number;
  kept: number;
  /** They wait for whoever confirms: it is decided what to do. */
  ready: number;
  /** Of these: kept here, and held by the safeguard. */
  held: number;
  queued: number;
  done: number;
  failed: number;
}

/** Numbers of an import's groups: one statement over them. */
export async function countImportGroups(importId: string): Promise<ImportGroupCounts> {
  const [row] = await db.$queryRaw<ImportGroupCounts[]>`
    SELECT count(*)::int AS all, ${of(undecided)} AS undecided, ${of(Prisma.sql`r.match = 'none'`)} AS none,
      ${of(Prisma.sql`r.match = 'name'`)} AS name, ${of(Prisma.sql`r.match = 'linked'`)} AS linked, ${of(Prisma.sql`r.match = 'kept'`)} AS kept,
      ${of(Prisma.sql`r.state = 'listed' AND r.decision IN ('keep', 'link', 'turn')`)} AS ready,
      ${of(Prisma.sql`r.state = 'listed' AND r.match = 'kept'`)} AS held,
      ${of(Prisma.sql`r.state = 'queued'`)} AS queued, ${of(Prisma.sql`r.state = 'done' AND r.match <> 'linked'`)} AS done,
      ${of(Prisma.sql`r.state = 'failed'`)} AS failed
    FROM import_groups r WHERE r.import_id = ${importId}::uuid`;
  if (!row) throw new Error('An aggregate always answers one row.');
  return row;
}

const of = (condition: Prisma.Sql) => Prisma.sql`count(*) FILTER (WHERE ${condition})::int`;
