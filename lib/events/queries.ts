import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { searchedRows } from '@/lib/core/pagination';
import { boundedCount } from '@/lib/db/bounded-count';
import { boundedRead } from '@/lib/db/bounded-read';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { likelyTotal } from '@/lib/db/column-sample';
import { type Event, Prisma } from '@/lib/db/generated/client';
import type { KeyColumn, Keyed } from '@/lib/db/keyset';
import { containing, wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { type Changes, type EventFilter, eventIdSchema, eventRanges } from './schema';

/** Most rows of one export. */
export const exportLimit = 100_000;
const exportPage = 1_000;
/** Events that are looked at for a page of it: a word that few of them have is collected, and others are walked in strides as long. */
const lookedAtForExport = 20_000;
/** Nobody waits in front of a file; its pages are read one after another. */
const exportTimeoutMs = 20_000;
/** The number beside a list is worth no more waiting. */
const countTimeoutMs = 2_000;
const hourMs = 3_600_000;

/** An event as a screen shows it. */
export type EventRow = Omit<Event, 'id' | 'changes'> & { id: string; changes: Changes | null };

/** A row of the database as screens and receivers get it: ids of events are text, changes are parsed. */
export function toEventRow({ id, changes, ...event }: Event): EventRow {
  return { ...event, id: String(id), changes: changes as Changes | null };
}

/** The columns of `events e`, as Prisma's client would name them. */
export const eventColumns = Prisma.sql`e.id, e.at, e.name, e.outcome::text AS outcome, e.actor_id AS "actorId",
  e.actor_name AS "actorName", e.token_id AS "tokenId", e.client_address AS "clientAddress",
  e.application_id AS "applicationId", e.application_label AS "applicationLabel", e.target_type AS "targetType",
  e.target_id AS "targetId", e.target_name AS "targetName", e.code, e.message, e.changes, e.cycle_id AS "cycleId",
  e.operation_id AS "operationId", e.count`;

/** As its index has it (migration 0081), by the words between spaces. */
const searched = Prisma.sql`lower(e.name || ' ' || e.actor_name || ' ' || coalesce(e.target_name, '') || ' ' || coalesce(e.application_label, '') || ' ' || coalesce(e.code, '')
  || ' ' || coalesce(e.message, ''))`;

const isError = Prisma.sql`e.outcome = 'error'`;

/** Everything but words. */
function where(filter: EventFilter): Prisma.Sql {
  const since = filter.range ? new Date(now().getTime() - eventRanges[filter.range] * hourMs) : filter.since;
  const clauses = [Prisma.sql`true`];
  if (filter.name && filter.name.length > 0) clauses.push(Prisma.sql`e.name = ANY (${filter.name}::text[])`);
  // Written out: of a parameter, the planner cannot know that the indexes over errors alone are meant.
  if (filter.outcome) clauses.push(filter.outcome === 'error' ? isError : Prisma.sql`e.outcome = 'success'`);
  // Between the two, which is the same: so the order below is not taken for one by id alone (see orderOf).
  if (filter.application) {
    clauses.push(Prisma.sql`e.application_id BETWEEN ${filter.application}::uuid AND ${filter.application}::uuid`);
  }
  if (filter.target) clauses.push(Prisma.sql`e.target_id = ${filter.target}`);
  if (filter.cycle) clauses.push(Prisma.sql`e.cycle_id = ${filter.cycle}::uuid`);
  if (since) clauses.push(Prisma.sql`e.at >= ${since}`);
  if (filter.until) clauses.push(Prisma.sql`e.at <= ${filter.until}`);
  return Prisma.join(clauses, ' AND ');
}

const byId: KeyColumn = { sql: Prisma.sql`e.id`, type: 'bigint' };

function orderOf(filter: EventFilter): readonly KeyColumn[] {
  // By id, everything since then would be passed over first.
  if (filter.until) return [{ sql: Prisma.sql`e.at`, type: 'timestamptz' }, byId];
  // By id alone, the errors of all applications would be passed over for one that has few.
  if (filter.application) return [{ sql: Prisma.sql`e.application_id`, type: 'uuid' }, byId];
  return [byId];
}

async function searchedEvents(filter: EventFilter): Promise<SearchedList> {
  // Before a transaction holds a connection: it is read by one of its own.
  const total = wordsOf(filter.q).length > 0 ? await likelyTotal({ table: 'events', column: 'name' }) : undefined;
  return {
    q: filter.q,
    select: Prisma.sql`SELECT e.* FROM events e`,
    as: Prisma.sql`e`,
    where: where(filter),
    words: searched,
    columns: orderOf(filter),
    descending: true,
    dictionary: {
      total,
      ids: (has) => Prisma.sql`SELECT hashtext(w.word) FROM event_words w WHERE ${has(Prisma.sql`w.word`)}`,
      rows: (hash) => Prisma.sql`hashes_of_words(${searched}) @> ARRAY[${hash}]`,
    },
  };
}

/**
 * A page of events, newest first. @param limit default 50
 * @throws AppError `search_too_slow`
 */
export async function listEvents(filter: EventFilter, cursor?: string, limit = 50): Promise<FoundPage<EventRow>> {
  return readEvents(await searchedEvents(filter), { cursor, limit });
}

async function readEvents(
  list: SearchedList,
  asked: { cursor: string | undefined; limit: number },
  timeoutMs?: number,
): Promise<FoundPage<EventRow>> {
  const page = await boundedRead(
    (tx) =>
      search(
        tx,
        list,
        asked,
        ({ key, from, order }) => tx.$queryRaw<(Event & Keyed)[]>`
          SELECT ${eventColumns}, ${key} FROM ${from} ORDER BY ${order}`,
      ),
    timeoutMs,
  );
  return { ...page, items: page.items.map(toEventRow) };
}

/** Events in the order of their ids as given; without those that retention took away. */
export async function readEventsById(ids: readonly bigint[]): Promise<EventRow[]> {
  const rows = await db.event.findMany({ where: { id: { in: [...ids] } } });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => found.get(id) ?? []).map(toEventRow);
}

/**
 * Events that came after one, newest first, for the live tail; the latest `limit` of them.
 * @throws AppError `search_too_slow`
 */
export async function listNewerEvents(filter: EventFilter, after: string, limit = 200): Promise<EventRow[]> {
  const from = eventIdSchema.safeParse(after).data ?? '0';
  const newer = Prisma.sql`SELECT e.* FROM events e WHERE ${where(filter)} AND e.id > ${from}::bigint ORDER BY e.id DESC`;
  const words = containing(searched, filter.q);
  const rows = await boundedRead(
    (tx) => tx.$queryRaw<Event[]>`
    SELECT ${eventColumns} FROM (${newer} LIMIT ${words.length > 0 ? searchedRows : limit}) AS e
    WHERE ${Prisma.join([Prisma.sql`true`, ...words], ' AND ')} ORDER BY e.id DESC LIMIT ${limit}`,
  );
  return rows.map(toEventRow);
}

/** How many match a filter without words, or why that is not said: there are more than are counted, or it takes too long. Of words, a page says it. */
export async function countEvents(filter: Omit<EventFilter, 'q'>): Promise<number | 'more' | 'slow'> {
  try {
    const { total, totalIsExact } = await boundedRead(
      (tx) => boundedCount(tx, Prisma.sql`events e WHERE ${where(filter)}`),
      countTimeoutMs,
    );
    return totalIsExact ? total : 'more';
  } catch (error) {
    if (error instanceof AppError && error.code === 'search_too_slow') return 'slow';
    throw error;
  }
}

/** The highest id that was given, so that a tail knows where to begin; '0' without events. */
export async function latestEventId(): Promise<string> {
  const latest = await db.event.findFirst({ orderBy: { id: 'desc' }, select: { id: true } });
  return String(latest?.id ?? 0);
}

/**
 * Every event that matches, newest first, a page of 1,000 at a time, at most {@link exportLimit}.
 * @param timeoutMs of each page
 * @throws AppError `search_too_slow`
 */
export async function* eachEventPage(
  filter: EventFilter,
  timeoutMs = exportTimeoutMs,
): AsyncGenerator<EventRow[], void, void> {
  const list = { ...(await searchedEvents(filter)), most: lookedAtForExport };
  let cursor: string | undefined;
  let left = exportLimit;
  do {
    const page = await readEvents(list, { cursor, limit: Math.min(left, exportPage) }, timeoutMs);
    if (page.items.length > 0) yield page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
  } while (cursor && left > 0);
}

/** Applications to filter by, those that still exist. */
export async function listEventApplications(): Promise<{ id: string; displayLabel: string }[]> {
  return db.application.findMany({
    select: { id: true, displayLabel: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    take: 200,
  });
}

/** One event with the request and the answer behind it, and what of that which it tells of is still there. @throws AppError `not_found` */
export async function getEvent(id: string) {
  const known = eventIdSchema.safeParse(id).data;
  const event = known ? await db.event.findUnique({ where: { id: BigInt(known) } }) : null;
  if (!event) throw new AppError('not_found', 'This event does not exist any more.');
  const [operation, application, cycle, person, group] = await Promise.all([
    event.operationId
      ? db.operation.findUnique({ where: { id: event.operationId }, include: { exchange: true } })
      : null,
    event.applicationId ? db.application.count({ where: { id: event.applicationId } }) : 0,
    event.cycleId ? db.cycle.count({ where: { id: event.cycleId } }) : 0,
    event.targetType === 'user' && event.targetId
      ? db.user.count({ where: { id: event.targetId, purgedAt: null } })
      : 0,
    event.targetType === 'group' && event.targetId
      ? db.group.count({ where: { id: event.targetId, deletedAt: null } })
      : 0,
  ]);
  return {
    ...toEventRow(event),
    exchange: operation?.exchange ?? null,
    durationMs: operation?.durationMs ?? null,
    /** `target`: what it is, null where it has no page (any more). */
    present: {
      target: person > 0 ? ('user' as const) : group > 0 ? ('group' as const) : null,
      application: application > 0,
      cycle: cycle > 0,
    },
  };
}
export type EventDetail = Awaited<ReturnType<typeof getEvent>>;
