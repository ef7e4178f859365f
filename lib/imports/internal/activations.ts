import { isProvisioned } from '@/lib/applications/scope';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { neverManaged } from '@/lib/provisioning/queries/sql';
import type { Activations, ImportFilter, ImportSelection } from '../schema';
import { accountsLookedAt, confirmableRows, filteredRows } from './rows-sql';

/** Names that a question tells; the rest is counted. */
const namesTold = 5;

/**
 * Of these rows, how many are of somebody who is active and fulfils a condition.
 * @param rows SQL after FROM, with the rows as `r`
 * @param limit rows looked at
 */
async function found(tx: Tx, rows: Prisma.Sql, condition: Prisma.Sql, limit?: number): Promise<Activations> {
  const [row] = await tx.$queryRaw<{ looked: number; count: number; names: string[] }[]>`
    WITH looked AS MATERIALIZED (SELECT r.user_id FROM ${rows} ${limit ? Prisma.sql`LIMIT ${limit + 1}` : Prisma.empty}),
    people AS MATERIALIZED (
      SELECT u.id, u.display_name, u.lastname, u.firstname FROM looked
      JOIN users u ON u.id = looked.user_id AND u.deleted_at IS NULL AND u.status = 'active' WHERE ${condition})
    SELECT (SELECT count(*) FROM looked)::int AS looked, (SELECT count(*) FROM people)::int AS count,
      ARRAY(SELECT display_name FROM people ORDER BY lastname, firstname, id LIMIT ${namesTold}) AS names`;
  const { looked = 0, count = 0, names = [] } = row ?? {};
  return { count: Math.min(count, limit ?? count), countIsExact: limit === undefined || looked <= limit, names };
}

/**
 * Whose account is inactive over there, was imported, and would be activated when the person comes into scope.
 * @param input `remoteIds` only these rows. `first` as many of those that were imported are looked at; absent: all
 */
export function activatedByScope(
  tx: Tx,
  input: { applicationId: string; importId: string; remoteIds?: readonly string[]; first?: number },
): Promise<Activations> {
  const { applicationId, importId, remoteIds, first } = input;
  const only = remoteIds ? Prisma.sql`AND remote_id = ANY (${[...remoteIds]}::text[])` : Prisma.empty;
  const bound = first ? Prisma.sql`LIMIT ${first}` : Prisma.empty;
  return found(
    tx,
    Prisma.sql`(SELECT user_id FROM import_rows WHERE import_id = ${importId}::uuid AND state = 'done' ${only} ${bound}) r
      JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = r.user_id AND ${neverManaged}
      JOIN remote_accounts a ON a.application_id = l.application_id AND a.remote_id = l.remote_id AND NOT a.active`,
    Prisma.sql`true`,
  );
}

const inactiveLink = Prisma.sql`r.decision IN ('link', 'update') AND NOT r.active`;

/** Of the rows that would be confirmed: inactive accounts of people who are in scope already, and so are activated at once. */
export function activatedByLink(
  tx: Tx,
  input: { applicationId: string; importId: string; selection: ImportSelection },
): Promise<Activations> {
  const rows = Prisma.sql`import_rows r WHERE ${confirmableRows(input.importId, input.selection)} AND ${inactiveLink}`;
  return found(tx, rows, isProvisioned(input.applicationId));
}

/**
 * The same for everything that a filter matches, of the first {@link accountsLookedAt} that are inactive.
 * @param only the rows that its words were found in
 */
export async function activatedByMatching(
  tx: Tx,
  input: { applicationId: string; importId: string; filter: ImportFilter; only: Prisma.Sql | undefined },
): Promise<Activations> {
  const { applicationId, importId, filter, only } = input;
  const matching = Prisma.sql`${filteredRows(importId, { ...filter, q: undefined })} AND r.state = 'listed' AND r.match <> 'imported'`;
  const rows = Prisma.sql`import_rows AS r WHERE ${matching} AND ${inactiveLink} ${only ? Prisma.sql`AND ${only}` : Prisma.empty}`;
  return found(tx, rows, isProvisioned(applicationId), accountsLookedAt);
}

/** @throws AppError `conflict` at `activateInactive`, with whom it is about */
export function assertActivationWanted({ count, names }: Activations, displayLabel: string, wanted: boolean): void {
  if (wanted || count === 0) return;
  const others = count - names.length;
  const told = [...names, ...(others > 0 ? [`${others.toLocaleString('en')} more`] : [])].join(', ');
  throw new AppError(
    'conflict',
    count === 1
      ? `1 account is inactive in ${displayLabel} and would be activated: ${told}.`
      : `${count.toLocaleString('en')} accounts are inactive in ${displayLabel} and would be activated: ${told}.`,
    { field: 'activateInactive', hint: 'Confirm that they are to be activated, or leave them out.' },
  );
}
