import { now } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { unlessDeleted } from '@/lib/provisioning/unless-deleted';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { hoursBetween } from './schedule-settings';
import { readImportSettings } from './settings';
import { beginScheduled } from './start-import';

const hourMs = 3_600_000;

/**
 * Starts the imports whose interval has passed since the last one of their application; none while one is read or run, while the
 * connection rests or is paused, or while all provisioning is.
 */
export async function scheduleImports(): Promise<void> {
  if (await findProvisioningPause()) return;
  // What is as at first is not stored: whoever has a value here has switched it on.
  const scheduled = await db.$queryRaw<{ applicationId: string }[]>`
    SELECT application_id AS "applicationId" FROM import_settings s JOIN integrations i USING (application_id)
    WHERE s.schedule ? 'importEvery' AND i.status = 'active'`;
  for (const { applicationId } of scheduled) {
    await unlessDeleted(applicationId, async () => {
      if (isDue(await findNextImport(applicationId))) await startDue(applicationId);
    });
  }
}

async function startDue(applicationId: string): Promise<void> {
  await transaction(async (tx) => {
    // As a manual start does: whoever comes second, at the same moment, finds it started.
    await tx.$queryRaw`SELECT id FROM applications WHERE id = ${applicationId}::uuid FOR NO KEY UPDATE`;
    if (!isDue(await findNextImport(applicationId, tx))) return;
    // As a confirmation does: what that has queued is not thrown away.
    const [open] = await tx.$queryRaw<{ id: string; state: string }[]>`
      SELECT id, state::text AS state FROM imports WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL FOR NO KEY UPDATE`;
    if (open && open.state !== 'review') return;
    const application = await tx.application.findUniqueOrThrow({
      where: { id: applicationId },
      select: { id: true, displayLabel: true },
    });
    await beginScheduled(tx, applicationId, open);
    const message = open
      ? 'Started by the schedule, in the place of one that nobody had reviewed: what was chosen in that is kept.'
      : 'Started by the schedule.';
    await recordEvents(tx, [{ name: 'import_start', actor: systemActor, application, message }]);
  });
}

const isDue = (next: Date | null): boolean => next !== null && next <= now();

/** When the next import of an application starts by itself; null: never, or not before the one that is under way has come to a stand. */
export async function findNextImport(applicationId: string, tx: Tx = db): Promise<Date | null> {
  const hours = hoursBetween[(await readImportSettings(applicationId, tx)).schedule.importEvery];
  if (hours === null) return null;
  // The one that is open is the last.
  const last = await tx.import.findFirst({
    where: { applicationId },
    orderBy: { startedAt: 'desc' },
    select: { startedAt: true, finishedAt: true, state: true },
  });
  // One that only waits for review holds nothing up: the next one takes its place, with what was chosen by then.
  if (last && !last.finishedAt && last.state !== 'review') return null;
  return last ? new Date(last.startedAt.getTime() + hours * hourMs) : now();
}
