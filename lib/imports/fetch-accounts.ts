import { now } from '@/lib/core/clock';
import { db, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { type Connection, findConnection } from '@/lib/provisioning/connection';
import { storeAccounts } from '@/lib/provisioning/store-accounts';
import { eachPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { matchRows } from './internal/match-rows';
import { enqueueFetch } from './start-import';

const pageSize = 200;
const pagesPerStretch = 10;
/** A server that asks to wait is waited for this long in all. */
const patienceMs = 15 * 60_000;
const pauseMs = 5_000;

/** One stretch of an import's reading; after the last page the accounts are matched and the review can begin. */
export async function fetchAccounts(importId: string): Promise<void> {
  let current = await db.import.findUnique({ where: { id: importId } });
  if (current?.state !== 'fetching') return;
  const connection = await findConnection(current.applicationId);
  if (!connection) return fail(current, 'NotActive', 'Identity Management was deactivated while accounts were read.');
  if (current.cursor !== null) {
    let pages = 0;
    for await (const answer of eachPage(connection.client, 'Users', { pageSize, startIndex: current.cursor })) {
      if (!answer.ok) return notRead(current, answer.failure);
      const { resources, totalResults, nextIndex, last } = answer.value;
      const readAt = now();
      await storeAccounts(connection, resources, readAt);
      current = await keepPage(connection, current, {
        remoteIds: resources.flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : [])),
        expected: totalResults,
        cursor: last ? null : nextIndex,
      });
      pages += 1;
      if (last || current.state !== 'fetching') break;
      if (pages >= pagesPerStretch) return enqueueFetch(db, importId);
    }
  }
  if (current.state !== 'fetching') return;
  await matchRows(connection, importId);
  await db.import.updateMany({ where: { id: importId, state: 'fetching' }, data: { state: 'review' } });
}

async function keepPage(
  connection: Connection,
  { id }: Import,
  page: { remoteIds: string[]; expected: number; cursor: number | null },
): Promise<Import> {
  return transaction(async (tx) => {
    await tx.$executeRaw`
      INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match)
      SELECT ${id}::uuid, remote_id, user_name, email, display_name, firstname, lastname, active, 'none'
      FROM remote_accounts
      WHERE application_id = ${connection.application.id}::uuid AND remote_id = ANY (${page.remoteIds}::text[])
      ON CONFLICT (import_id, remote_id) DO NOTHING`;
    const fetched = await tx.importRow.count({ where: { importId: id } });
    const data = { fetched, expected: page.expected, cursor: page.cursor };
    return tx.import.update({ where: { id }, data });
  });
}

/** Waits for a server that is busy; anything else ends the import with its reason. */
async function notRead(current: Import, failure: ScimFailure): Promise<void> {
  const passing = ['rate_limited', 'unavailable', 'network'].includes(failure.kind);
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
