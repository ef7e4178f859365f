import { grantedUsers } from '@/lib/applications/scope';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { neverManaged } from '@/lib/provisioning/queries/sql';
import type { Activations, ImportFilter, ImportSelection } from '../schema';
import { confirmableRows, filteredRows } from './rows-sql';

/** Names that a question tells; the rest is counted. */
const namesTold = 5;

const isActive = Prisma.sql`u.deleted_at IS NULL AND u.status = 'active'`;

async function found(tx: Tx, from: Prisma.Sql): Promise<Activations> {
  const [[counted], named] = await Promise.all([
    tx.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM ${from}`,
    tx.$queryRaw<{ name: string }[]>`
      SELECT u.display_name AS name FROM ${from} ORDER BY u.lastname, u.firstname, u.id LIMIT ${namesTold}`,
  ]);
  return { count: counted?.count ?? 0, names: named.map((row) => row.name) };
}

/** Whose account is inactive over there, was imported, and would be activated when the person comes into scope. */
export function activatedByScope(
  tx: Tx,
  { applicationId, importId, remoteIds }: { applicationId: string; importId: string; remoteIds?: readonly string[] },
): Promise<Activations> {
  const only = remoteIds ? Prisma.sql`AND r.remote_id = ANY (${[...remoteIds]}::text[])` : Prisma.empty;
  return found(
    tx,
    Prisma.sql`import_rows r JOIN users u ON u.id = r.user_id AND ${isActive}
      JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = u.id AND ${neverManaged}
      JOIN remote_accounts a ON a.application_id = l.application_id AND a.remote_id = l.remote_id AND NOT a.active
      WHERE r.import_id = ${importId}::uuid AND r.state = 'done' ${only}`,
  );
}

const links = (applicationId: string, rows: Prisma.Sql) => Prisma.sql`import_rows r
  JOIN users u ON u.id = r.user_id AND ${isActive}
  JOIN (${grantedUsers(applicationId)}) granted ON granted.user_id = u.id
  WHERE ${rows} AND r.decision = 'link' AND NOT r.active`;

/** Of the rows that would be confirmed: inactive accounts of people who are in scope already, and so are activated at once. */
export function activatedByLink(
  tx: Tx,
  input: { applicationId: string; importId: string; selection: ImportSelection },
): Promise<Activations> {
  return found(tx, links(input.applicationId, confirmableRows(input.importId, input.selection)));
}

/** The same for everything that a filter matches. */
export function activatedByMatching(
  tx: Tx,
  { applicationId, importId, filter }: { applicationId: string; importId: string; filter: ImportFilter },
): Promise<Activations> {
  const rows = Prisma.sql`${filteredRows(importId, filter)} AND r.state = 'listed' AND r.match <> 'imported'`;
  return found(tx, links(applicationId, rows));
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
