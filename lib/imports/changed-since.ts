import { now } from '@/lib/core/clock';
import { importStatesThat } from '@/lib/core/states';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import { type Connection, findConnection } from '@/lib/provisioning/connection';
import { hoursBetweenFull } from './schedule-settings';
import { readImportSettings } from './settings';

const hourMs = 3_600_000;
/** What changed on a page that was read already, while the others were, is asked for again. */
const overlapMs = 10 * 60_000;

/** A reading from which the next one can go on. */
export interface EarlierReading {
  importId: string;
  /** What has changed from here on is read. */
  since: Date;
  /** What was read of, newest: where nothing has changed, it stays. */
  newestChange: Date;
}

/**
 * From when on an import that the schedule begins may read changes alone: the last import was read to its end and not given up, everything was
 * read within the time of the settings, and the server is known to answer such a search rightly.
 * By the application's own clock, but never from later than that reading began.
 */
export async function findEarlierReading(applicationId: string, tx: Tx = db): Promise<EarlierReading | undefined> {
  const full = await lastFullReading(tx, applicationId);
  const hours = hoursBetweenFull[(await readImportSettings(applicationId, tx)).schedule.fullReading];
  if (!full || full.getTime() + hours * hourMs <= now().getTime()) return undefined;
  const last = await tx.import.findFirst({
    where: { applicationId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
  });
  if (!last?.takesPeople || last.cursor !== null || last.state === 'failed' || !last.newestChange) return undefined;
  const connection = await findConnection(applicationId);
  if (connection?.capabilities.changeSearch !== 'works' || !connection.capabilities.filter) return undefined;
  const from = Math.min(last.newestChange.getTime(), last.startedAt.getTime()) - overlapMs;
  return { importId: last.id, since: new Date(from), newestChange: last.newestChange };
}

async function lastFullReading(tx: Tx, applicationId: string): Promise<Date | undefined> {
  const full = await tx.import.findFirst({
    where: {
      applicationId,
      takesPeople: true,
      changedSince: null,
      cursor: null,
      state: { in: [...importStatesThat.wereRead] },
    },
    orderBy: { startedAt: 'desc' },
    select: { startedAt: true },
  });
  return full?.startedAt;
}

/** When everything is read again, at the earliest; null: with the next import. */
export async function findNextFullReading(applicationId: string): Promise<Date | null> {
  const [full, { schedule }] = await Promise.all([
    lastFullReading(db, applicationId),
    readImportSettings(applicationId),
  ]);
  return full ? new Date(full.getTime() + hoursBetweenFull[schedule.fullReading] * hourMs) : null;
}

/** Reads everything after all, where a search by the last change was refused. @returns false where the import was given up meanwhile */
export async function readAllInstead(connection: Connection, current: Import, refusal: string): Promise<boolean> {
  await connection.client.learn({ changeSearch: 'fails' }, { status: null, text: refusal });
  return transaction(async (tx) => {
    const { count } = await tx.import.updateMany({
      where: { id: current.id, state: 'fetching', cursor: current.cursor },
      data: { changedSince: null, newestChange: null, cursor: 1, reading: {}, fetched: 0, expected: null },
    });
    if (count > 0) await tx.importRow.deleteMany({ where: { importId: current.id } });
    return count > 0;
  });
}
