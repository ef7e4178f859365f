import { z } from 'zod';
import { searchedPeople } from '@/lib/core/pagination';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { groupWords } from '@/lib/directory/group-sql';
import { personNames } from '@/lib/directory/person-sql';
import type { Changes } from '@/lib/events/schema';
import { retryCauseSchema } from '../schema';
import { countCycle } from './cycle-counts';
import { cycleNotFound } from './cycles';

export const cycleOutcomes = ['create', 'update', 'deactivate', 'skip', 'held', 'error'] as const;
export type CycleOutcome = (typeof cycleOutcomes)[number];

/** What happened to one person or group in a cycle. */
export interface CycleRow {
  linkId: string;
  kind: 'user' | 'group';
  /** The person's or the group's id. */
  id: string;
  name: string;
  /** The person's username; empty for groups. */
  detail: string;
  outcome: CycleOutcome | 'running';
  /** The account was found to differ over there although the directory did not change. */
  drift: boolean;
  action: 'create' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'lookup' | null;
  changes: Changes | null;
  error: { code: string; message: string } | null;
  durationMs: number | null;
  /** The last attempt; null: left out without one, or not kept any more. */
  operationId: string | null;
  /** Its answer was lost, and it was found to have been carried out. */
  confirmed: boolean;
  /** What went wrong, whoever it was: see `listCycleCauses`; null: nothing did. */
  cause: string | null;
}

/** Of whom a cycle tells. */
export const cycleRowFilterSchema = z.object({
  outcome: z.enum(cycleOutcomes).optional().catch(undefined),
  cause: retryCauseSchema.shape.cause.optional().catch(undefined),
});
export type CycleRowFilter = z.infer<typeof cycleRowFilterSchema> & { drift?: boolean | undefined };

/**
 * People and groups of a cycle with what happened, by name. @param limit rows at most, 50 unless told
 * @throws AppError `not_found`
 */
export async function listCycleRows(
  query: CycleRowFilter & { cycleId: string; q?: string | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<FoundPage<CycleRow>> {
  const cycle = await db.cycle.findUnique({ where: { id: query.cycleId }, select: { applicationId: true } });
  if (!cycle) throw cycleNotFound();
  const { q, outcome, cycleId } = query;
  const list: SearchedList = {
    q,
    // A person or a group, by the one id: of the other kind, nothing is looked up.
    select: Prisma.sql`SELECT o.*, coalesce(u.display_name, g.name) AS name, u.username, coalesce(u.names, g.name_folded) AS words
      FROM cycle_outcomes o LEFT JOIN users u ON u.id = CASE WHEN o.group_link_id IS NULL THEN o.subject_id END
      LEFT JOIN groups g ON g.id = CASE WHEN o.group_link_id IS NOT NULL THEN o.subject_id END`,
    as: Prisma.sql`o`,
    where: matching(cycleId, query),
    words: Prisma.sql`o.words`,
    columns: byName,
    most: searchedPeople,
    sample: { table: 'users', column: 'names' },
    collect: {
      ids: (has) => Prisma.sql`
        SELECT u.id FROM users u WHERE ${has(personNames)}
        UNION ALL SELECT g.id FROM groups g WHERE ${has(groupWords)}`,
      rows: (ids) => Prisma.sql`o.link_id IN (
        SELECT id FROM user_links WHERE application_id = ${cycle.applicationId}::uuid AND user_id = ANY (${ids})
        UNION ALL SELECT id FROM group_links WHERE application_id = ${cycle.applicationId}::uuid AND group_id = ANY (${ids}))`,
    },
  };
  const [page, kept] = await Promise.all([
    search(
      db,
      list,
      { cursor: query.cursor, limit },
      ({ key, from, order }) => db.$queryRaw<(CycleRow & Keyed)[]>`
        SELECT o.link_id AS "linkId", CASE WHEN o.group_link_id IS NULL THEN 'user' ELSE 'group' END AS kind,
          o.subject_id AS id, o.name, coalesce(o.username, '') AS detail,
          ${told}, ${key}
        FROM ${from} LEFT JOIN operations op ON op.id = o.operation_id ORDER BY ${order}`,
    ),
    wordsOf(q).length > 0 || query.cause ? undefined : countKept(cycleId, { outcome, drift: query.drift }),
  ]);
  return kept === undefined ? page : { ...page, total: kept, totalIsExact: true };
}

/** SQL over `o` and its operation `op`. */
const told = Prisma.sql`o.outcome, o.drift, o.action, op.changes, o.error, op.duration_ms AS "durationMs", op.id AS "operationId",
  coalesce(op.confirmed, false) AS confirmed, o.cause`;

function matching(cycleId: string, { outcome, cause, drift }: CycleRowFilter): Prisma.Sql {
  const only = [
    Prisma.sql`o.cycle_id = ${cycleId}::uuid`,
    ...(outcome ? [Prisma.sql`o.outcome = ${outcome}`] : []),
    ...(cause ? [Prisma.sql`o.cause = ${cause}`] : []),
    ...(drift ? [Prisma.sql`o.drift`] : []),
  ];
  return Prisma.join(only, ' AND ');
}

/** As they were called when it happened; indexes of migration 0029 have this order. */
const byName: Part['columns'] = [
  { sql: Prisma.sql`o.name_key`, type: 'text' },
  { sql: Prisma.sql`o.link_id`, type: 'uuid' },
];

/** @returns undefined where both are asked for, which is not counted */
async function countKept(
  cycleId: string,
  { outcome, drift }: { outcome: CycleOutcome | undefined; drift: boolean | undefined },
): Promise<number | undefined> {
  if (outcome && drift) return undefined;
  const counts = await countCycle(cycleId);
  if (drift) return counts.drift;
  if (outcome) return counts[outcome];
  return cycleOutcomes.reduce((sum, one) => sum + counts[one], counts.running);
}

const exportPage = 500;

/** One row of the file: flat. */
export interface ExportedCycleRow {
  outcome: CycleRow['outcome'];
  type: CycleRow['kind'];
  id: string;
  name: string;
  username: string;
  action: CycleRow['action'];
  confirmedAfterLostAnswer: boolean;
  code: string | null;
  message: string | null;
  changes: Changes | null;
  durationMs: number | null;
  operationId: string | null;
}
export const exportedColumns = [
  'outcome',
  'type',
  'id',
  'name',
  'username',
  'action',
  'confirmedAfterLostAnswer',
  'code',
  'message',
  'changes',
  'durationMs',
  'operationId',
] as const satisfies readonly (keyof ExportedCycleRow)[];

/** Everything that a filter leaves, page by page; words are not asked. */
export async function* eachCyclePage(
  cycleId: string,
  filter: CycleRowFilter,
): AsyncGenerator<ExportedCycleRow[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await readPage(
      { where: matching(cycleId, filter), columns: byName },
      { cursor, limit: exportPage },
      ({ key, after, order, take }) => db.$queryRaw<(CycleRow & Keyed)[]>`
        SELECT o.link_id AS "linkId", CASE WHEN o.group_link_id IS NULL THEN 'user' ELSE 'group' END AS kind, o.subject_id AS id,
          coalesce(u.display_name, g.name, '') AS name, coalesce(u.username, '') AS detail, ${told}, o."pageKey"
        FROM (SELECT o.*, ${key} FROM cycle_outcomes o WHERE ${after} ORDER BY ${order} LIMIT ${take}) o
        LEFT JOIN operations op ON op.id = o.operation_id
        LEFT JOIN users u ON u.id = CASE WHEN o.group_link_id IS NULL THEN o.subject_id END
        LEFT JOIN groups g ON g.id = CASE WHEN o.group_link_id IS NOT NULL THEN o.subject_id END
        ORDER BY ${order}`,
    );
    if (page.items.length > 0) yield page.items.map(exported);
    cursor = page.nextCursor;
  } while (cursor);
}

function exported({ kind, detail, error, confirmed, ...row }: CycleRow): ExportedCycleRow {
  const { outcome, id, name, action, changes, durationMs, operationId } = row;
  return {
    ...{ outcome, type: kind, id, name, username: detail, action, confirmedAfterLostAnswer: confirmed },
    ...{ code: error?.code ?? null, message: error?.message ?? null, changes, durationMs, operationId },
  };
}
