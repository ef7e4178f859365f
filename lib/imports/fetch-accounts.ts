import { now } from '@/lib/core/clock';
import { analyzeTables } from '@/lib/db/analyze-grown';
import { db, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { type Connection, findConnection } from '@/lib/provisioning/connection';
import { storeAccounts } from '@/lib/provisioning/store-accounts';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';
import { readAllInstead } from './changed-since';
import { askMissing } from './groups/ask-missing';
import { matchGroups } from './groups/match-groups';
import { readGroups } from './groups/read-groups';
import { isPassing } from './groups/told-groups';
import { autoConfirm } from './internal/auto-confirm';
import { changesFilter, newestOf, tryChangeSearch } from './internal/changed-accounts';
import { lockImport } from './internal/lock-import';
import { matchRows } from './internal/match-rows';
import { holdBack, needsSomebody } from './internal/safeguard';
import { enqueueRun } from './run-import';
import { beginRun } from './runs';
import { readImportSettings } from './settings';
import { enqueueFetch } from './start-import';

/** A task reads no longer, in milliseconds, and asks for another. */
const stretchMs = 15_000;
/** As many accounts are matched by plans that know of them. */
const manyAccounts = 1_000;
/** A server that asks to wait is waited for this long in all. */
const patienceMs = 15 * 60_000;
const pauseMs = 5_000;
/** PostgreSQL's integer: what a server claims to hold can be any number. */
const mostExpected = 2_147_483_647;

/** One stretch of an import's reading; after the last page the accounts are matched and the review can begin. */
export async function fetchAccounts(importId: string): Promise<void> {
  const current = await db.import.findUnique({ where: { id: importId } });
  if (current?.state !== 'fetching') return;
  const connection = await findConnection(current.applicationId);
  if (!connection) return fail(current, 'NotActive', 'Identity Management was deactivated while accounts were read.');
  if (current.cursor !== null && !(await readStretch(connection, current, current.cursor))) return;
  if (current.takesGroups && !(await readGroupStretch(connection, current))) return;
  const settings = await readImportSettings(current.applicationId);
  if (current.takesPeople) await matchRows(connection, importId, settings);
  if (current.takesGroups) await matchGroups(importId, settings.schedule);
  await transaction(async (tx) => {
    const found = await lockImport(tx, importId);
    if (found.state !== 'fetching') return;
    const { autoConfirm: allowed } = settings.matching;
    if (found.scheduled && (await holdBack(tx, found, allowed, settings.schedule))) return;
    const queued = await autoConfirm(tx, importId, allowed, found.application);
    // The run ends a scheduled one in which nobody is left to look at, and one of groups alone.
    const endsItself = found.scheduled || !found.takesPeople;
    const runs = queued > 0 || (endsItself && !(await needsSomebody(tx, importId)));
    await tx.import.update({ where: { id: importId }, data: { state: runs ? 'running' : 'review' } });
    if (queued > 0) await beginRun(tx, importId, { kind: 'settings', rows: queued, actor: systemActor });
    if (runs) await enqueueRun(tx, importId);
  });
}

/** @returns true once everything is read; otherwise it has ended, or another stretch is on its way */
async function readStretch(connection: Connection, current: Import, startIndex: number): Promise<boolean> {
  const begun = readingProgressSchema.safeParse(current.reading).data;
  // Where everything is read, the next one of the schedule learns whether it may ask for less.
  if (current.scheduled && !current.changedSince && !begun) await tryChangeSearch(connection);
  const until = performance.now() + stretchMs;
  const pages = eachPage(connection.client, 'Users', {
    pageSize: connection.capabilities.pageSize,
    startIndex: begun ? startIndex : 1,
    progress: begun ?? notBegun,
    // What was carried over from an earlier import may have changed: it is no page that comes again.
    ...(current.changedSince
      ? { filter: changesFilter(current.changedSince) }
      : { known: (ids: readonly string[]) => knownOf(current.id, ids) }),
    // The server is at the next page while this one is written down.
    readsOn: () => performance.now() < until,
  });
  for await (const answer of pages) {
    if (!answer.ok) {
      const { failure } = answer;
      if (current.changedSince && isRefusal(failure)) {
        if (await readAllInstead(connection, current, failure.detail)) await enqueueFetch(db, current.id);
      } else await notRead(current, failure);
      return false;
    }
    const { resources, last, nextIndex, progress } = answer.value;
    await storeAccounts(connection, resources, now());
    // Before it is known that everything is read: whoever matches later can rely on it.
    if (last && progress.resources >= manyAccounts) await analyzeTables(['import_rows', 'remote_accounts']);
    if (!(await keepPage(connection, current, answer.value))) return false;
    current.cursor = nextIndex;
    if (last) return true;
  }
  // Where what was read has failed, that has ended the loop.
  await enqueueFetch(db, current.id);
  return false;
}

/** Of the search, and not of the connection. */
const isRefusal = ({ status }: ScimFailure) => status !== undefined && [400, 403, 404, 405, 413, 501].includes(status);

/** Which of these an earlier stretch has seen. */
async function knownOf(importId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const where = { importId, remoteId: { in: [...ids] } };
  const rows = await db.importRow.findMany({ where, select: { remoteId: true } });
  return new Set(rows.map(({ remoteId }) => remoteId));
}

/** The rows of a page, and how far the reading has come, by one statement. @returns false where the import was given up meanwhile */
async function keepPage(connection: Connection, current: Import, page: ReadPage): Promise<boolean> {
  const { id, cursor, changedSince } = current;
  const remoteIds = page.resources.flatMap((one) => (typeof one.id === 'string' && one.id !== '' ? [one.id] : []));
  // Only from where this stretch knows it to be: two that read it at once would go back and forth.
  const kept = await db.$executeRaw`
    WITH held AS MATERIALIZED (
      SELECT id FROM imports WHERE id = ${id}::uuid AND state = 'fetching' AND cursor = ${cursor}::int FOR NO KEY UPDATE),
    added AS (
      INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match)
      SELECT held.id, a.remote_id, a.user_name, a.email, a.display_name, a.firstname, a.lastname, a.active, 'none'
      FROM held JOIN remote_accounts a ON a.application_id = ${connection.application.id}::uuid AND a.remote_id = ANY (${remoteIds}::text[])
      ON CONFLICT (import_id, remote_id) DO UPDATE SET user_name = excluded.user_name, email = excluded.email, display_name = excluded.display_name,
        firstname = excluded.firstname, lastname = excluded.lastname, active = excluded.active WHERE ${changedSince !== null} RETURNING 1)
    UPDATE imports SET newest_change = greatest(newest_change, ${newestOf(page.resources)}::timestamptz), expected = ${Math.min(page.totalResults, mostExpected)}::int, cursor = ${page.last ? null : page.nextIndex}::int,
      reading = ${JSON.stringify(page.progress)}::jsonb, fetched = fetched + (SELECT count(*) FROM added)
    FROM held WHERE imports.id = held.id`;
  return kept > 0;
}

/** @returns true once all groups are read, or where they cannot be and accounts were; otherwise as {@link readStretch} */
async function readGroupStretch(connection: Connection, current: Import): Promise<boolean> {
  const read = await readGroups(connection, current, performance.now() + stretchMs);
  if (read === 'given up') return false;
  if (read === 'another stretch') {
    await enqueueFetch(db, current.id);
    return false;
  }
  const failure = read === 'all' ? await askMissing(connection, current) : read.failure;
  if (!failure) return true;
  if (isPassing(failure) || !current.takesPeople) {
    await notRead(current, failure);
    return false;
  }
  // Whoever has accounts to review is not kept from it by groups.
  const groupsError = { code: failure.kind, message: failure.detail };
  const { id, groupsCursor } = current;
  await db.import.updateMany({
    where: { id, state: 'fetching', groupsCursor },
    data: { groupsError, groupsCursor: null },
  });
  return true;
}

/** Waits for a server that is busy; anything else ends the import with its reason. */
async function notRead(current: Import, failure: ScimFailure): Promise<void> {
  const { id, cursor, groupsCursor } = current;
  // Where somebody else has read on meanwhile, what failed here is no failure: a page of theirs seems to come again.
  if ((await db.import.count({ where: { id, state: 'fetching', cursor, groupsCursor } })) === 0) return;
  const passing = isPassing(failure);
  const wait = failure.retryAfterMs ?? pauseMs;
  const waited = now().getTime() - current.startedAt.getTime();
  if (!passing || waited + wait > patienceMs) return fail(current, failure.kind, failure.detail);
  await enqueueFetch(db, current.id, new Date(Date.now() + wait));
}

async function fail(current: Import, code: string, message: string): Promise<void> {
  await transaction(async (tx) => {
    const closed = await tx.import.updateMany({
      where: { id: current.id, finishedAt: null },
      data: { state: 'failed', finishedAt: now(), error: { code, message } },
    });
    if (closed.count === 0) return;
    const application = await tx.application.findUniqueOrThrow({
      where: { id: current.applicationId },
      select: { id: true, displayLabel: true },
    });
    await recordEvents(tx, [
      { name: 'import_finish', actor: systemActor, application, outcome: 'error', code, message },
    ]);
  });
}
