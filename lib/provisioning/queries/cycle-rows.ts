import { searchedPeople } from '@/lib/core/pagination';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed, Part } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { groupWords } from '@/lib/directory/group-sql';
import { personNames } from '@/lib/directory/person-sql';
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
  /** The account was found to differ over there although the directory did not change. */
  drift: boolean;
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
  query: {
    cycleId: string;
    outcome?: CycleOutcome | undefined;
    drift?: boolean | undefined;
    q?: string | undefined;
    cursor?: string | undefined;
  },
  limit = 50,
): Promise<FoundPage<CycleRow>> {
  const cycle = await db.cycle.findUnique({ where: { id: query.cycleId }, select: { applicationId: true } });
  if (!cycle) throw cycleNotFound();
  const { q, outcome, drift, cycleId } = query;
  const isOutcome = Prisma.sql`${outcome ? Prisma.sql`o.outcome = ${outcome}` : Prisma.sql`true`} AND ${drift ? Prisma.sql`o.drift` : Prisma.sql`true`}`;
  const list: SearchedList = {
    q,
    // A person or a group, by the one id: of the other kind, nothing is looked up.
    select: Prisma.sql`SELECT o.*, coalesce(u.display_name, g.name) AS name, u.username, coalesce(u.names, g.name_folded) AS words
      FROM cycle_outcomes o LEFT JOIN users u ON u.id = CASE WHEN o.group_link_id IS NULL THEN o.subject_id END
      LEFT JOIN groups g ON g.id = CASE WHEN o.group_link_id IS NOT NULL THEN o.subject_id END`,
    as: Prisma.sql`o`,
    where: Prisma.sql`o.cycle_id = ${cycleId}::uuid AND ${isOutcome}`,
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
          o.outcome, o.drift, o.action, op.changes, o.error, op.duration_ms AS "durationMs", ${key}
        FROM ${from} LEFT JOIN operations op ON op.id = o.operation_id ORDER BY ${order}`,
    ),
    wordsOf(q).length > 0 ? undefined : countKept(cycleId, { outcome, drift }),
  ]);
  return kept === undefined ? page : { ...page, total: kept, totalIsExact: true };
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
