import { searchedPeople } from '@/lib/core/pagination';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { groupWords } from '@/lib/directory/group-sql';
import { personNames } from '@/lib/directory/person-sql';
import {
  type DryRunComparison,
  type DryRunCounts,
  type DryRunFilter,
  type DryRunKind,
  dryRunKinds,
  type MemberNames,
} from '../dry-runs/schema';
import type { PlannedLink } from '../plan/planned-link';
import { getDryRun } from './dry-runs';

/** What a dry run has found for one person or group. */
export interface DryRunRow {
  /** Of the person or the user group. */
  id: string;
  subject: 'user' | 'group';
  name: string;
  kind: DryRunKind;
  compared: DryRunComparison | null;
  /** Without the request; null: not in the directory any more. */
  plan: PlannedLink | null;
  /** Of a group: names of the first who would come and go. */
  members: MemberNames | null;
}

const rowColumns = Prisma.sql`
  r.subject_id AS id, CASE WHEN r.is_group THEN 'group' ELSE 'user' END AS subject, r.name, r.kind, r.compared, r.plan, r.members`;

/** As they were called then; indexes of migration 0064 have this order. */
const byName: Part['columns'] = [
  { sql: Prisma.sql`r.name_key`, type: 'text' },
  { sql: Prisma.sql`r.subject_id`, type: 'uuid' },
];

/** SQL: the rows that a filter leaves; an index begins with each way to filter. */
export function matchingRows(runId: string, { kind, compared, of }: Omit<DryRunFilter, 'q'>): Prisma.Sql {
  const conditions = [
    Prisma.sql`r.run_id = ${runId}::uuid`,
    kind ? Prisma.sql`r.kind = ${kind}` : compared ? Prisma.sql`r.compared IS NOT NULL` : Prisma.sql`r.kind <> 'none'`,
    ...(compared ? [Prisma.sql`r.compared = ${compared}`] : []),
    ...(of ? [of === 'group' ? Prisma.sql`r.is_group` : Prisma.sql`NOT r.is_group`] : []),
  ];
  return Prisma.join(conditions, ' AND ');
}

/**
 * What a dry run has found, by name: without a kind, all that is not as it is to be. @param limit rows at most, 50 unless told
 * @throws AppError `not_found`
 */
export async function listDryRunRows(
  runId: string,
  query: DryRunFilter & { cursor?: string | undefined },
  limit = 50,
): Promise<FoundPage<DryRunRow>> {
  const run = await getDryRun(runId);
  const list: SearchedList = {
    q: query.q,
    select: Prisma.sql`SELECT r.*, lower(concat_ws(' ', r.name, u.username, u.email)) AS words
      FROM dry_run_rows r LEFT JOIN users u ON u.id = r.subject_id`,
    as: Prisma.sql`r`,
    where: matchingRows(runId, query),
    words: Prisma.sql`r.words`,
    columns: byName,
    most: searchedPeople,
    collect: {
      ids: (has) => Prisma.sql`
        SELECT u.id FROM users u WHERE ${has(personNames)}
        UNION ALL SELECT g.id FROM groups g WHERE ${has(groupWords)}`,
    },
  };
  const page = await search(
    db,
    list,
    { cursor: query.cursor, limit },
    ({ key, from, order }) =>
      db.$queryRaw<(DryRunRow & Keyed)[]>`SELECT ${rowColumns}, ${key} FROM ${from} ORDER BY ${order}`,
  );
  const isCounted = wordsOf(query.q).length === 0 && !query.of && !(query.kind && query.compared);
  return isCounted ? { ...page, total: counted(run.counts, query), totalIsExact: true } : page;
}

function counted(counts: DryRunCounts, { kind, compared }: DryRunFilter): number {
  const one = compared ?? kind;
  if (one) return counts[one] ?? 0;
  return dryRunKinds.reduce((sum, each) => (each === 'none' ? sum : sum + (counts[each] ?? 0)), 0);
}

const exportPage = 500;

/** One row of the file: flat, with the plan's parts. */
export interface ExportedRow {
  kind: DryRunKind;
  type: 'user' | 'group';
  id: string;
  name: string;
  compared: DryRunComparison | null;
  changes: unknown;
  membersAdded: number | null;
  membersRemoved: number | null;
  account: string | null;
  reason: string | null;
  message: string | null;
  hint: string | null;
}
export const exportedColumns = [
  'kind',
  'type',
  'id',
  'name',
  'compared',
  'changes',
  'membersAdded',
  'membersRemoved',
  'account',
  'reason',
  'message',
  'hint',
] as const satisfies readonly (keyof ExportedRow)[];

/** Everything that a filter leaves, page by page; words are not asked. @throws AppError `not_found` */
export async function* eachDryRunPage(
  runId: string,
  filter: Omit<DryRunFilter, 'q'>,
): AsyncGenerator<ExportedRow[], void, void> {
  await getDryRun(runId);
  const part: Part = { where: matchingRows(runId, filter), columns: byName };
  let cursor: string | undefined;
  do {
    const page = await readPage(
      part,
      { cursor, limit: exportPage },
      ({ key, after, order, take }) => db.$queryRaw<(DryRunRow & Keyed)[]>`
        SELECT ${rowColumns}, ${key} FROM dry_run_rows r WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    );
    if (page.items.length > 0) yield page.items.map(exported);
    cursor = page.nextCursor;
  } while (cursor);
}

function exported({ kind, subject: type, id, name, compared, plan }: DryRunRow): ExportedRow {
  const { changes = {}, members, remoteId = null, reason } = plan ?? {};
  const [membersAdded, membersRemoved] = [members?.added ?? null, members?.removed ?? null];
  const told = { reason: reason?.code ?? null, message: reason?.message ?? null, hint: reason?.hint ?? null };
  return { kind, type, id, name, compared, changes, membersAdded, membersRemoved, account: remoteId, ...told };
}
