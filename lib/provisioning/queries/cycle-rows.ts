import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { containing, wordsOf } from '@/lib/db/search';
import type { Changes } from '@/lib/events/schema';
import { countCycle } from './cycle-counts';
import { cycleNotFound } from './cycles';

export const cycleOutcomes = ['create', 'update', 'deactivate', 'skip', 'error'] as const;
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
  action: 'create' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'lookup' | null;
  changes: Changes | null;
  error: { code: string; message: string } | null;
  durationMs: number | null;
}

/**
 * People and groups of a cycle with what happened, by name. @param limit rows at most, 50 unless told
 * @throws AppError `not_found`
 */
export async function listCycleRows(
  query: { cycleId: string; outcome?: CycleOutcome | undefined; q?: string | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<Page<CycleRow> & { total: number }> {
  if ((await db.cycle.count({ where: { id: query.cycleId } })) === 0) throw cycleNotFound();
  const { q } = query;
  const where = Prisma.join(
    [
      Prisma.sql`o.cycle_id = ${query.cycleId}::uuid`,
      ...(query.outcome ? [Prisma.sql`o.outcome = ${query.outcome}`] : []),
      ...containing(Prisma.sql`lower(concat_ws(' ', u.display_name, u.username, u.email, g.name))`, q),
    ],
    ' AND ',
  );
  const from = Prisma.sql`cycle_outcomes o
    LEFT JOIN user_links ul ON ul.id = o.user_link_id LEFT JOIN users u ON u.id = ul.user_id
    LEFT JOIN group_links gl ON gl.id = o.group_link_id LEFT JOIN groups g ON g.id = gl.group_id`;
  const [page, total] = await Promise.all([
    readPage(
      { where, columns: byName },
      { cursor: query.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(CycleRow & Keyed)[]>`
        SELECT o.link_id AS "linkId", CASE WHEN u.id IS NULL THEN 'group' ELSE 'user' END AS kind,
          coalesce(u.id, g.id) AS id, coalesce(u.display_name, g.name) AS name, coalesce(u.username, '') AS detail,
          o.outcome, o.action, op.changes, o.error, op.duration_ms AS "durationMs", ${key}
        FROM ${from} LEFT JOIN operations op ON op.id = o.operation_id
        WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    wordsOf(q).length > 0 ? countRows(from, where) : countKept(query.cycleId, query.outcome),
  ]);
  return { ...page, total };
}

/** As they were called when it happened; indexes of migration 0029 have this order. */
const byName: Part['columns'] = [
  { sql: Prisma.sql`o.name_key`, type: 'text' },
  { sql: Prisma.sql`o.link_id`, type: 'uuid' },
];

async function countKept(cycleId: string, outcome: CycleOutcome | undefined): Promise<number> {
  const counts = await countCycle(cycleId);
  if (outcome) return counts[outcome];
  return cycleOutcomes.reduce((sum, one) => sum + counts[one], counts.running);
}

async function countRows(from: Prisma.Sql, where: Prisma.Sql): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM ${from} WHERE ${where}`;
  return row?.count ?? 0;
}
