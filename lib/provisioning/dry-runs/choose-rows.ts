import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { matchingRows } from '../queries/dry-run-rows';
import type { AppliedRows } from './schema';

/**
 * Leaves out of a run that is about to be carried out whatever was not chosen. What was held because it was left out before, or was another
 * thing by then, waits no more where it is chosen now: it is sent if it is as it was reviewed. @returns how many rows are carried out
 * @throws AppError `invalid_input` where nothing is chosen
 */
export async function chooseRows(tx: Tx, runId: string, { rows, ...filter }: AppliedRows): Promise<number> {
  const all = matchingRows(runId, {});
  const isChosen = rows
    ? Prisma.sql`r.subject_id = ANY (${rows}::uuid[]) AND ${all}`
    : Prisma.sql`${all} AND ${matchingRows(runId, filter)}`;
  await tx.$executeRaw`
    UPDATE dry_run_rows r SET left_out = NOT (${isChosen})
    WHERE r.run_id = ${runId}::uuid AND r.left_out = (${isChosen})`;
  const chosen = await tx.dryRunRow.count({ where: { runId, leftOut: false, kind: { not: 'none' } } });
  if (chosen === 0) {
    throw new AppError('invalid_input', 'Nothing of this dry run is chosen.', {
      field: 'rows',
      hint: 'Choose rows in which something would be done.',
    });
  }
  await waitNoMore(tx, runId, Prisma.sql`user_links`, Prisma.sql`user_id`);
  await waitNoMore(tx, runId, Prisma.sql`group_links`, Prisma.sql`group_id`);
  return chosen;
}

/** Links before operations, as in the engine. */
async function waitNoMore(tx: Tx, runId: string, links: Prisma.Sql, owner: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    WITH waiting AS MATERIALIZED (
      SELECT l.id, l.hold_id FROM dry_run_rows r JOIN dry_runs d ON d.id = r.run_id
      JOIN ${links} l ON l.application_id = d.application_id AND l.${owner} = r.subject_id
      JOIN operations o ON o.id = l.hold_id AND o.state = 'held' AND o.held_by = 'review'
      WHERE r.run_id = ${runId}::uuid AND NOT r.left_out AND r.kind NOT IN ('none', 'held')
      ORDER BY l.application_id, l.${owner} FOR NO KEY UPDATE OF l),
    free AS (UPDATE ${links} l SET hold_id = NULL FROM waiting WHERE l.id = waiting.id)
    UPDATE operations o SET state = 'withdrawn', finished_at = ${now()} FROM waiting WHERE o.id = waiting.hold_id`;
}
