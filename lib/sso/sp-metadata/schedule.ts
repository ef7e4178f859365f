import { links } from '@/lib/core/links';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import { enqueueEach } from '@/lib/queue/enqueue';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';

const hourMs = 3_600_000;
/** Bounds of the interval, whatever the metadata says. */
const shortestMs = hourMs;
const longestMs = 7 * 24 * hourMs;
const usualMs = 24 * hourMs;

/** Sources that are looked for at once: the others are due ten minutes later. */
const mostAtOnce = 200;

/**
 * When metadata is read again: after what it says of itself (cacheDuration), between an hour and a week; a day where it does not
 * say. In any case in the first half of the time for which it still holds. Pure.
 */
export function nextReading({ cacheSeconds, validUntil }: SpMetadata, now: Date): Date {
  const wanted = cacheSeconds === undefined ? usualMs : cacheSeconds * 1000;
  const half = validUntil ? (validUntil.getTime() - now.getTime()) / 2 : longestMs;
  return new Date(now.getTime() + Math.max(shortestMs, Math.min(wanted, half, longestMs)));
}

/** After a failure: an hour later. */
export function nextTry(now: Date): Date {
  return new Date(now.getTime() + hourMs);
}

/** Has the metadata read that is due, by tasks of its own; real time, as service providers count it. */
export async function scheduleSpMetadata(): Promise<void> {
  const due = await db.spMetadataSource.findMany({
    where: { nextAt: { lte: new Date() } },
    select: { applicationId: true },
    orderBy: { nextAt: 'asc' },
    take: mostAtOnce,
  });
  await enqueueEach(
    db,
    due.map(({ applicationId }) => ({
      name: 'refresh-sp-metadata' as const,
      payload: { applicationId },
      jobKey: `refresh-sp-metadata:${applicationId}`,
    })),
  );
}

/** Tells once of metadata that does not hold any more: an event and a mail. Nothing stops by it. */
export async function warnOfExpiredSpMetadata(): Promise<void> {
  const expired = await db.$queryRaw<{ id: string; displayLabel: string; validUntil: Date }[]>`
    SELECT a.id, a.display_label AS "displayLabel", s.valid_until AS "validUntil"
    FROM sp_metadata_sources s JOIN applications a ON a.id = s.application_id
    WHERE s.valid_until <= ${new Date()} AND s.warned IS DISTINCT FROM s.valid_until LIMIT ${mostAtOnce}`;
  for (const { validUntil, ...application } of expired) {
    await transaction(async (tx) => {
      const { count } = await tx.spMetadataSource.updateMany({
        where: { applicationId: application.id, validUntil, OR: [{ warned: null }, { warned: { not: validUntil } }] },
        data: { warned: validUntil },
      });
      if (count === 0) return;
      const message = `The metadata of ${application.displayLabel} was valid until ${dayOf(validUntil)}, and no newer one could be read.`;
      await recordEvents(tx, [
        { name: 'sso_metadata', actor: systemActor, application, outcome: 'error', code: 'SpMetadataExpired', message },
      ]);
      await notify(tx, application, {
        subject: 'its metadata has expired',
        text: `${message}\n\nPeople are signed in by what was read last. Its certificates and addresses may be its own no longer.`,
        link: { label: 'See to it here', path: links.application(application.id).spMetadata() },
      });
    });
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
