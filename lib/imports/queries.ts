import { AppError } from '@/lib/core/errors';
import { type ImportStateName, importRowStatesThat } from '@/lib/core/states';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import { activatedByMatching } from './internal/activations';
import {
  columnsOf,
  filteredRows,
  isDescending,
  isLinkTo,
  isOneOf,
  keptCounts,
  rowName,
  rowSource,
} from './internal/rows-sql';
import { lookThrough, searchedImport } from './internal/search-rows';
import { type ImportRowView, type RawRow, withPeople } from './internal/with-people';
import type { ImportFilter, RowError, SelectionSummary } from './schema';

export type { ImportRowView };

export interface ImportCounts {
  listed: number;
  queued: number;
  done: number;
  failed: number;
}

/** An import with how far it is. @throws AppError `not_found`, also for one of another application */
export async function getImport(importId: string, applicationId?: string) {
  const found = await db.import.findUnique({
    where: { id: importId },
    include: { application: { select: { id: true, displayLabel: true } } },
  });
  if (!found || (applicationId && found.applicationId !== applicationId)) {
    throw importNotFound();
  }
  const counts = await countRows(importId);
  return {
    ...found,
    error: found.error as RowError | null,
    groupsError: found.groupsError as RowError | null,
    counts,
    selected: counts.queued + counts.done + counts.failed,
  };
}

async function countRows(importId: string): Promise<ImportCounts> {
  const rows = await db.importRowCount.groupBy({ by: ['state'], where: { importId }, _sum: { rows: true } });
  const counts: ImportCounts = { listed: 0, queued: 0, done: 0, failed: 0 };
  for (const { state, _sum } of rows) counts[state] = _sum.rows ?? 0;
  return counts;
}

interface Application {
  id: string;
  usernameFormat: string;
}

/** @throws AppError `not_found` */
async function requireImport(importId: string): Promise<{ application: Application }> {
  const select = { application: { select: { id: true, usernameFormat: true } } };
  const found = await db.import.findUnique({ where: { id: importId }, select });
  if (!found) throw importNotFound();
  return found;
}

const importNotFound = () => new AppError('not_found', 'This import does not exist.');

export interface ImportSummary {
  id: string;
  state: ImportStateName;
  startedByName: string;
  startedAt: Date;
  finishedAt: Date | null;
  confirmedAt: Date | null;
  fetched: number;
  groupsFetched: number;
  done: number;
  failed: number;
}

/** The latest imports of an application, newest first, the open one included. @param limit default 20 */
export async function listImports(applicationId: string, limit = 20): Promise<ImportSummary[]> {
  return db.$queryRaw<ImportSummary[]>`
    SELECT i.id, i.state::text AS state, i.started_by_name AS "startedByName", i.started_at AS "startedAt",
      i.finished_at AS "finishedAt", i.confirmed_at AS "confirmedAt", i.fetched, i.groups_fetched AS "groupsFetched",
      (SELECT coalesce(sum(c.rows), 0)::int FROM import_row_counts c WHERE c.import_id = i.id AND c.state = 'done') AS done,
      (SELECT coalesce(sum(c.rows), 0)::int FROM import_row_counts c WHERE c.import_id = i.id AND c.state = 'failed') AS failed
    FROM imports i WHERE i.application_id = ${applicationId}::uuid
    ORDER BY i.started_at DESC, i.id DESC LIMIT ${limit}`;
}

/** A page of an import's rows, read by key. @param limit default 50 @throws AppError `not_found` */
export async function listImportRows(
  importId: string,
  filter: ImportFilter,
  limit = 50,
): Promise<FoundPage<ImportRowView>> {
  const { application } = await requireImport(importId);
  const page =
    wordsOf(filter.q).length > 0 ? await searchRows(importId, filter, limit) : await readRows(importId, filter, limit);
  return { ...page, items: await withPeople(application, page.items) };
}

const rowColumns = Prisma.sql`r.remote_id AS "remoteId", r.user_name AS "userName", r.email, ${rowName} AS name, r.active,
  r.match::text AS match, r.matched_by AS "matchedBy", r.state::text AS state, r.decision::text AS decision,
  r.choice_reason::text AS "choiceReason", r.user_id AS "userId", r.candidate_ids AS "candidateIds", r.error,
  r.display_name AS "displayName", r.firstname, r.lastname`;

async function readRows(importId: string, filter: ImportFilter, limit: number): Promise<FoundPage<RawRow>> {
  const source = rowSource(importId, filter);
  const [page, [counted]] = await Promise.all([
    readPage(
      { where: source.where, columns: columnsOf(filter), descending: isDescending(filter) },
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) => {
        const reading = Prisma.sql`SELECT ${rowColumns}, ${key} FROM import_rows r WHERE ${after} ORDER BY ${order} LIMIT ${take}`;
        return db.$queryRaw<(RawRow & Keyed)[]>`${source.around(reading, isDescending(filter), take)}`;
      },
    ),
    db.$queryRaw<{ total: number }[]>`
      SELECT coalesce(sum(r.rows), 0)::int AS total FROM ${keptCounts} AS r WHERE ${filteredRows(importId, filter)}`,
  ]);
  return { ...page, partial: false, total: counted?.total ?? 0, totalIsExact: true };
}

async function searchRows(importId: string, filter: ImportFilter, limit: number): Promise<FoundPage<RawRow>> {
  return search(
    db,
    await searchedImport(importId, filter),
    { cursor: filter.cursor, limit },
    ({ key, from, order }) =>
      db.$queryRaw<(RawRow & Keyed)[]>`SELECT ${rowColumns}, ${key} FROM ${from} ORDER BY ${order}`,
  );
}

/**
 * What importing everything that the filter matches would do. @param personId who would confirm it; null: nobody in particular
 * @throws AppError `not_found`
 */
export async function summarizeMatching(
  importId: string,
  filter: ImportFilter,
  personId: string | null,
): Promise<SelectionSummary> {
  const { application } = await requireImport(importId);
  const listed = filteredRows(importId, { ...filter, q: undefined });
  const matching = Prisma.sql`${listed} AND r.state = 'listed' AND r.match <> 'imported'`;
  // The one who confirms is asked for alone, by their id; everybody else is in the kept counts. With words, as many are
  // counted as are looked at.
  const looked = filter.q ? await lookThrough(importId, filter) : undefined;
  const only = looked && isOneOf(importId, looked.remoteIds);
  const from = only ? Prisma.sql`(SELECT r.*, 1 AS rows FROM import_rows r WHERE ${only})` : keptCounts;
  const [[all], [mine], activates] = await Promise.all([
    db.$queryRaw<Omit<SelectionSummary, 'own' | 'activates' | 'isExact'>[]>`
      SELECT ${sumOf(Prisma.sql`decision = 'create'`)} AS create, ${sumOf(Prisma.sql`decision = 'link'`)} AS link,
        ${sumOf(Prisma.sql`decision = 'update'`)} AS update, ${sumOf(Prisma.sql`decision IS NULL`)} AS undecided,
        ${sumOf(Prisma.sql`decision IS NULL AND choice_reason = 'other_username'`)} AS "otherNames",
        ${sumOf(Prisma.sql`decision = 'ignore'`)} AS ignored
      FROM ${from} AS r WHERE ${matching}`,
    db.$queryRaw<{ own: number; ownUpdates: number; otherNames: number }[]>`
      SELECT count(*) FILTER (WHERE ${isLinkTo(personId)})::int AS own,
        count(*) FILTER (WHERE ${isLinkTo(personId)} AND r.decision = 'update')::int AS "ownUpdates",
        count(*) FILTER (WHERE r.decision IS NULL AND r.choice_reason = 'other_username')::int AS "otherNames"
      FROM import_rows r WHERE r.user_id = ${personId}::uuid AND ${matching}${only ? Prisma.sql` AND ${only}` : Prisma.empty}`,
    activatedByMatching(db, { applicationId: application.id, importId, filter, only }),
  ]);
  const { create = 0, link = 0, update = 0, undecided = 0, otherNames = 0, ignored = 0 } = all ?? {};
  const own = mine?.own ?? 0;
  const ownUpdates = mine?.ownUpdates ?? 0;
  const isExact = looked?.isAll ?? true;
  return {
    isExact,
    create,
    link: Math.max(0, link - (own - ownUpdates)),
    update: Math.max(0, update - ownUpdates),
    undecided,
    otherNames: Math.max(0, otherNames - (mine?.otherNames ?? 0)),
    ignored,
    own,
    activates: { ...activates, countIsExact: activates.countIsExact && isExact },
  };
}

/** Counts for the filters of the review. */
export async function countMatches(importId: string) {
  const [row] = await db.$queryRaw<MatchCounts[]>`
    SELECT ${sumOf(Prisma.sql`match <> 'imported' AND state <> 'done'`)} AS new,
      ${sumOf(Prisma.sql`match = 'imported' OR state = 'done'`)} AS imported,
      ${sumOf(Prisma.sql`match = 'none'`)} AS none,
      ${sumOf(Prisma.sql`match = 'exact'`)} AS exact,
      ${sumOf(Prisma.sql`match = 'partial'`)} AS partial,
      ${sumOf(Prisma.sql`match = 'ambiguous'`)} AS ambiguous,
      ${sumOf(Prisma.sql`match <> 'imported' AND decision IS NULL`)} AS undecided,
      ${sumOf(Prisma.sql`match <> 'imported' AND decision = 'create'`)} AS create,
      ${sumOf(Prisma.sql`match <> 'imported' AND decision = 'link'`)} AS link,
      ${sumOf(Prisma.sql`match <> 'imported' AND decision = 'update'`)} AS update,
      ${sumOf(Prisma.sql`NOT active`)} AS inactive,
      ${sumOf(Prisma.sql`match <> 'imported' AND decision = 'ignore'`)} AS ignore
    FROM ${keptCounts} AS r WHERE import_id = ${importId}::uuid`;
  return row ?? noMatches;
}

/** SQL: how many of the kept rows fulfil a condition. */
const sumOf = (condition: Prisma.Sql) => Prisma.sql`coalesce(sum(rows) FILTER (WHERE ${condition}), 0)::int`;

const noMatches = {
  ...{ new: 0, imported: 0, none: 0, exact: 0, partial: 0, ambiguous: 0 },
  ...{ undecided: 0, create: 0, link: 0, update: 0, ignore: 0, inactive: 0 },
};
type MatchCounts = typeof noMatches;

/** An import with how far it is, and whom its accounts match. @throws AppError `not_found` */
export async function getImportDetail(importId: string) {
  return { ...(await getImport(importId)), matches: await countMatches(importId) };
}

/** How far an import is, for a screen that asks every second. The newest outcomes are listed, up to 100. */
export async function getProgress(importId: string) {
  const { state, fetched, expected, error, counts, selected, groupsFetched } = await getImport(importId);
  const groupsQueued = await db.importGroup.count({ where: { importId, state: 'queued' } });
  const rows =
    state === 'running'
      ? await db.importRow.findMany({
          where: { importId, state: { in: [...importRowStatesThat.areOver] } },
          orderBy: { remoteId: 'desc' },
          take: 100,
          select: { remoteId: true, userName: true, displayName: true, state: true, decision: true, error: true },
        })
      : [];
  return {
    state,
    fetched,
    expected,
    error,
    counts,
    selected,
    groups: { fetched: groupsFetched, queued: groupsQueued },
    rows: rows.map((row) => ({ ...row, error: row.error as RowError | null })),
  };
}
export type ImportProgress = Awaited<ReturnType<typeof getProgress>>;
