import type { Tx } from '@/lib/db/client';
import { readHorizon, writeHorizon } from './horizon';

/** What is told of an event that was deleted, to count for whom it was missing. */
export interface DeletedEvent {
  id: bigint;
  tx: bigint;
  name: string;
  applicationId: string | null;
}

/** Events in one statement. */
const atOnce = 500;

/**
 * Deletes the oldest events before a moment, 500 at most, and notes how far it has come. The last event of the feed stays,
 * so that whoever has read everything has a place to go on from.
 * @returns those that were deleted, in the order of the feed
 */
export async function deleteDueEvents(tx: Tx, before: Date): Promise<DeletedEvent[]> {
  const deleted = await tx.$queryRaw<{ id: bigint; tx: string; name: string; applicationId: string | null }[]>`
    WITH gone AS (
      DELETE FROM events WHERE ctid = ANY (ARRAY(
        SELECT e.ctid FROM events e WHERE e.at < ${before}
          AND e.id <> (SELECT l.id FROM events l ORDER BY l.tx DESC, l.id DESC LIMIT 1)
        ORDER BY e.at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))
      RETURNING id, tx, name, application_id)
    SELECT id, tx::text, name, application_id AS "applicationId" FROM gone ORDER BY gone.tx, gone.id`;
  const events = deleted.map((event) => ({ ...event, tx: BigInt(event.tx) }));
  const last = events.at(-1);
  if (!last) return [];
  // One after another: it only goes forward.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.events-deleted'))`;
  const horizon = await readHorizon(tx);
  const isFurther = !horizon || last.tx > horizon.tx || (last.tx === horizon.tx && last.id > horizon.id);
  let highestId = horizon?.highestId ?? 0n;
  for (const { id } of events) if (id > highestId) highestId = id;
  await writeHorizon(tx, { ...(isFurther ? last : horizon), highestId });
  return events;
}
