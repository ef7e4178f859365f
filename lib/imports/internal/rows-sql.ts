import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn } from '@/lib/db/keyset';
import { containing } from '@/lib/db/search';
import type { confirmedRowStates, ImportFilter, ImportSelection, importDecisions, importMatches } from '../schema';

type ImportMatch = (typeof importMatches)[number];
type ImportDecision = (typeof importDecisions)[number];
type ImportRowState = (typeof confirmedRowStates)[number];

/** What words are searched in; kept by the database (migration 0023), with an index of trigrams. */
export const rowWords = Prisma.sql`r.words`;

/** What a row is called where its application says no name. */
export const rowName = Prisma.sql`coalesce(nullif(r.display_name, ''), nullif(btrim(coalesce(r.firstname, '') || ' ' || coalesce(r.lastname, '')), ''), r.user_name)`;

/** What each sort goes by, as the indexes of migrations 0014 and 0107 have it. */
export const rowOrders = {
  name: { sql: Prisma.sql`(left(lower(${rowName}), 200) COLLATE "C")`, type: 'text' },
  username: { sql: Prisma.sql`(left(lower(r.user_name), 200) COLLATE "C")`, type: 'text' },
  email: { sql: Prisma.sql`(left(lower(coalesce(r.email, '')), 200) COLLATE "C")`, type: 'text' },
  /** What needs a choice comes first, then those who match several, one by name, one; each by name. */
  match: {
    sql: Prisma.sql`(((CASE WHEN r.match = 'imported' THEN '5' WHEN r.decision IS NULL THEN '0' WHEN r.match = 'ambiguous' THEN '1' WHEN r.match = 'partial' THEN '2'
    WHEN r.match = 'exact' THEN '3' ELSE '4' END) || left(lower(${rowName}), 200)) COLLATE "C")`,
    type: 'text',
  },
} as const satisfies Record<string, KeyColumn>;

export const isDescending = ({ sort }: Pick<ImportFilter, 'sort'>): boolean => sort.startsWith('-');

/** What a list is ordered by. */
export function columnsOf({ sort }: Pick<ImportFilter, 'sort'>): readonly KeyColumn[] {
  return [rowOrders[sort.replace('-', '') as keyof typeof rowOrders], { sql: Prisma.sql`r.remote_id`, type: 'text' }];
}

/**
 * SQL: match, decision, state and activity of a row in one number. The indexes of migration 0107 have it, word by word, in front of what
 * each sort goes by: whatever is filtered by, a page is the first rows of each of the few numbers that there are.
 */
export const rowClass = Prisma.sql`((CASE r.match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 64
  + (CASE r.decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 WHEN 'update' THEN 4 ELSE 0 END) * 8
  + (CASE r.state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END) * 2 + (CASE WHEN r.active THEN 0 ELSE 1 END))`;

/** SQL: the row is of one of these classes. */
export function ofClass(classes: readonly number[]): Prisma.Sql {
  return Prisma.sql`${rowClass} IN (${Prisma.raw(classes.join(', '))})`;
}

/** SQL: the account has a person: it was linked before, or this import has done so. */
const imported = Prisma.sql`(r.match = 'imported' OR r.state = 'done')`;

/** Written out, so that the planner knows how many have them; of a parameter, it takes a few rows for granted. Never from outside. */
function literals(values: readonly (ImportRowState | ImportMatch | ImportDecision)[]): Prisma.Sql {
  return Prisma.raw(values.map((value) => `'${value}'`).join(', '));
}

/** SQL over `import_rows r`: the rows of an import that a filter matches; all words are wanted, in any property. */
export function filteredRows(importId: string, filter: ImportFilter): Prisma.Sql {
  const clauses = [Prisma.sql`r.import_id = ${importId}::uuid`, ...containing(rowWords, filter.q)];
  if (filter.match && filter.match.length > 0) {
    clauses.push(Prisma.sql`r.match IN (${literals(filter.match)})`);
  }
  if (filter.decision && filter.decision.length > 0) {
    const decided = filter.decision.filter((decision) => decision !== 'undecided');
    const ways = [
      ...(decided.length < filter.decision.length ? [Prisma.sql`r.decision IS NULL`] : []),
      ...(decided.length > 0 ? [Prisma.sql`r.decision IN (${literals(decided)})`] : []),
    ];
    clauses.push(Prisma.sql`r.match <> 'imported' AND (${Prisma.join(ways, ' OR ')})`);
  }
  if (filter.status === 'new') clauses.push(Prisma.sql`NOT ${imported}`);
  if (filter.status === 'imported') clauses.push(imported);
  if (filter.active !== undefined) clauses.push(filter.active ? Prisma.sql`r.active` : Prisma.sql`NOT r.active`);
  if (filter.confirmed) clauses.push(Prisma.sql`r.state <> 'listed'`);
  if (filter.state) clauses.push(Prisma.sql`r.state = ${literals([filter.state])}`);
  return Prisma.join(clauses, ' AND ');
}

/**
 * SQL over the kept counts of an import, as rows with the columns of `import_rows r` that filters ask for, and how many of
 * them there are. For filters without words.
 */
export const keptCounts = Prisma.sql`(SELECT import_id, match, nullif(decision, '')::import_decision AS decision,
  nullif(choice_reason, '')::import_choice_reason AS choice_reason, state, active, rows FROM import_row_counts)`;

/** Accounts that are looked at one by one to tell what a confirmation would do; the confirmation itself looks at all of them. */
export const accountsLookedAt = 100;

/** SQL over `import_rows r`: one of these, looked up by their ids. */
export function isOneOf(importId: string, remoteIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`r.import_id = ${importId}::uuid AND r.remote_id = ANY (${[...remoteIds]}::text[])`;
}

/** SQL over `import_rows r`: active accounts that are to become new people; one of the classes of {@link rowClass}, by its index. */
export const newAndListed = ofClass([3 * 64 + 1 * 8]);

/** Whether anything but words narrows a list. */
export function isFiltered({ match, decision, status, active, confirmed, state }: ImportFilter): boolean {
  return Boolean(match?.length || decision?.length || status || active !== undefined || confirmed || state);
}

/** What a page of rows is read from; see {@link rowSource}. */
export interface RowSource {
  /** SQL over `import_rows r`: the rows of one reading. */
  where: Prisma.Sql;
  /** SQL around a reading of up to a page, which has the column `pageKey`: all of the page. */
  around: (reading: Prisma.Sql, descending: boolean, take: number) => Prisma.Sql;
}

/**
 * How a page of the rows that a filter without words matches is read: as it is, or, where something narrows it, a page of each of
 * the classes of rows that fit, and the first of all these. Which classes there are is in the kept counts, of the same statement.
 */
export function rowSource(importId: string, filter: ImportFilter): RowSource {
  const matching = filteredRows(importId, filter);
  if (!isFiltered(filter)) return { where: matching, around: (reading) => reading };
  return {
    where: Prisma.sql`r.import_id = ${importId}::uuid AND ${rowClass} = fitting.class`,
    around: (reading, descending, take) => {
      const direction = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
      return Prisma.sql`SELECT page.* FROM (SELECT DISTINCT ${rowClass} AS class FROM ${keptCounts} AS r WHERE r.rows > 0 AND ${matching}) AS fitting
        CROSS JOIN LATERAL (${reading}) AS page
        ORDER BY page."pageKey"[1] COLLATE "C" ${direction}, page."pageKey"[2] ${direction} LIMIT ${take}`;
    },
  };
}

/** SQL over `import_rows r`: the rows that were selected. */
export function selectedRows(importId: string, selection: ImportSelection): Prisma.Sql {
  if ('matching' in selection) return filteredRows(importId, selection.matching);
  return isOneOf(importId, selection.remoteIds);
}

/** SQL over `import_rows r`: what is selected, and what is to be done with it is decided. */
export function confirmableRows(importId: string, selection: ImportSelection): Prisma.Sql {
  return Prisma.sql`${selectedRows(importId, selection)}
    AND r.state = 'listed' AND r.match <> 'imported' AND r.decision IN ('create', 'link', 'update')`;
}

/** SQL over `import_rows r`: it is to be linked to this person. */
export function isLinkTo(personId: string | null): Prisma.Sql {
  return personId === null
    ? Prisma.sql`false`
    : Prisma.sql`(r.decision IN ('link', 'update') AND r.user_id = ${personId}::uuid)`;
}
