import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { type Event, Prisma } from '@/lib/db/generated/client';
import { forgetHorizonTransaction, type Horizon, readHorizon } from './horizon';
import { type EventRow, eventColumns, toEventRow } from './queries';
import type { EventName } from './schema';

/** Which events a reader of the feed wants; empty lists want everything. */
export interface FeedFilter {
  names?: readonly EventName[] | undefined;
  applicationIds?: readonly string[] | undefined;
}

/** A stretch of the feed. `position` is where to go on, also when nothing matched. */
export interface FeedPage {
  items: EventRow[];
  position: bigint;
}

/** Events looked at in one stretch. */
const stretch = 1_000;

/**
 * Events in an order in which none is missed: that of the transactions that wrote them, as far as every one of them has
 * ended. Ids are given before a transaction commits; a reader who goes by ids alone passes over those that commit late.
 * @param position the id of the last event that was read, 0 for the beginning
 * @param limit events at most, 1,000 at most
 */
export async function readFeed(position: bigint, filter: FeedFilter = {}, limit = 100, tx: Tx = db): Promise<FeedPage> {
  const rows = await tx.$queryRaw<Event[]>`
    SELECT ${eventColumns}
    FROM events e
    WHERE (e.tx, e.id) > (${writtenBy(position, await readHorizon(tx))}, ${position}::bigint) AND ${ended}
    ORDER BY e.tx, e.id LIMIT ${stretch}`;
  const items: EventRow[] = [];
  let reached = position;
  for (const row of rows) {
    if (isWanted(row, filter)) {
      if (items.length === Math.min(limit, stretch)) break;
      items.push(toEventRow(row));
    }
    reached = row.id;
  }
  return { items, position: reached };
}

/** Where the feed ends now: a reader who begins here is told of what comes. */
export async function feedEnd(tx: Tx = db): Promise<bigint> {
  const [last] = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT e.id FROM events e WHERE ${ended} ORDER BY e.tx DESC, e.id DESC LIMIT 1`;
  return last?.id ?? 0n;
}

/**
 * The transaction of the event at a position. Where retention took that away, the reader goes on with the first that is
 * kept; where it is gone otherwise, with the next one there is. Where there is none either, ids were given anew (a reset of
 * the demo): the reader begins again.
 */
function writtenBy(position: bigint, horizon: Horizon | undefined): Prisma.Sql {
  if (position === 0n) return Prisma.sql`'0'::xid8`;
  const wasDeleted = horizon !== undefined && position <= horizon.highestId;
  const otherwise = wasDeleted
    ? Prisma.sql`NULL`
    : Prisma.sql`(SELECT p.tx FROM events p WHERE p.id >= ${position}::bigint ORDER BY p.id LIMIT 1)`;
  return Prisma.sql`coalesce((SELECT p.tx FROM events p WHERE p.id = ${position}::bigint), ${otherwise}, '0'::xid8)`;
}

/**
 * Refuses a cursor behind which events were deleted that its reader has not seen. To be called after reading: what was
 * deleted while it was read counts.
 * @throws AppError `cursor_expired`
 */
export async function assertNotOvertaken(position: bigint): Promise<void> {
  const horizon = await readHorizon(db);
  if (position === 0n || !horizon) return;
  const [event] = await db.$queryRaw<{ overtaken: boolean }[]>`
    SELECT (${String(horizon.tx)}::xid8, ${horizon.id}::bigint) > (p.tx, p.id) AS overtaken
    FROM events p WHERE p.id = ${position}::bigint`;
  // The event at the cursor is gone as well: only where it was the last one of the feed that went was nothing unread.
  const overtaken = event ? event.overtaken : position <= horizon.highestId && position !== horizon.id;
  if (!overtaken) return;
  throw new AppError('cursor_expired', 'Events after this cursor were deleted before they were read.', {
    hint: 'Read on without a cursor: from the first event that is kept. How long that is, is set under Settings › General.',
    details: { nextCursor: '0' },
  });
}

/** Every transaction before the oldest open one has ended. */
const ended = Prisma.sql`e.tx < pg_snapshot_xmin(pg_current_snapshot())`;

/** Whether a reader wants an event. */
export function isWanted(event: { name: string; applicationId: string | null }, filter: FeedFilter): boolean {
  if (filter.names?.length && !filter.names.includes(event.name as EventName)) return false;
  return !filter.applicationIds?.length || filter.applicationIds.includes(event.applicationId ?? '');
}

/**
 * After a dump was restored elsewhere, events can bear numbers of transactions that are yet to come there. They are put
 * in front, in the order of their ids, so that readers go on. Called at start, after the migrations.
 */
export async function settleRestoredEvents(): Promise<number> {
  await forgetHorizonTransaction(db);
  return db.$executeRaw`UPDATE events SET tx = '0'::xid8 WHERE tx > pg_current_xact_id()`;
}
