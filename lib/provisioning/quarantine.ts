import { now, toRealTime } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { integrationStatusesThat, isOneOf } from '@/lib/core/states';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { Connection } from './connection';
import { countedFailures } from './internal/failed-as-one';
import { backoffMs, type Verdict } from './internal/verdict';
import { wakeEngine } from './mark-due';
import { notify } from './notify';
import { quarantineRest, quarantineSchedule } from './quarantine-schedule';

/** Times in a row that a server may be unreachable before the connection is quarantined: about an hour. */
const mostFailures = 12;

/** Rests or quarantines a whole connection, as a failure of it demands. */
export async function handleVerdict(connection: Connection, verdict: Verdict): Promise<void> {
  const message = verdict.detail ?? 'The application cannot be reached.';
  const applicationId = connection.application.id;
  if (verdict.connection === 'fine') return;
  if (verdict.connection === 'quarantine') return quarantine(connection, message);
  const failures =
    verdict.connection === 'back_off' ? connection.integration.failures + 1 : connection.integration.failures;
  if (failures > mostFailures) return quarantine(connection, message);
  const until = new Date(now().getTime() + (verdict.pauseMs ?? backoffMs(failures - 1)));
  await transaction(async (tx) => {
    // What another task was told to wait for may last longer.
    await tx.$executeRaw`SELECT FROM integrations WHERE application_id = ${applicationId}::uuid FOR NO KEY UPDATE`;
    const { notBefore: before } = await tx.integration.findUniqueOrThrow({ where: { applicationId } });
    const notBefore = before && before > until ? before : until;
    await tx.integration.update({ where: { applicationId }, data: { notBefore, failures } });
    await wakeEngine(tx, applicationId, toRealTime(notBefore));
  });
}

interface Named {
  id: string;
  displayLabel: string;
}

/** Stops sending, tells of it once for each cause, and sets the slow retry. */
export async function quarantine({ application }: { application: Named }, reason: string): Promise<void> {
  await transaction(async (tx) => {
    await tx.$executeRaw`SELECT FROM integrations WHERE application_id = ${application.id}::uuid FOR NO KEY UPDATE`;
    const before = await tx.integration.findUniqueOrThrow({ where: { applicationId: application.id } });
    // Somebody paused or deactivated it while this was under way: that stays.
    if (!isOneOf(integrationStatusesThat.areTried, before.status)) return;
    const isKnown = before.quarantineReason === reason;
    const since = before.quarantinedAt ?? now();
    const restMs = quarantineRest(since, now());
    const notBefore = new Date(now().getTime() + (restMs ?? 0));
    await tx.integration.update({
      where: { applicationId: application.id },
      data: {
        status: restMs === undefined ? 'paused' : 'quarantined',
        quarantineReason: reason,
        quarantinedAt: since,
        notBefore,
        failures: { increment: 1 },
      },
    });
    if (restMs === undefined) {
      await tell(tx, application, {
        message: 'Paused after 28 days in quarantine.',
        subject: 'provisioning is switched off',
        text: `${reason}\n\nIt has been tried for 28 days, and is not tried any more. What changes is kept and sent once an administrator resumes provisioning, when the cause is mended.`,
      });
    } else if (!isKnown) {
      const { endsAt } = quarantineSchedule(since, notBefore, now());
      const again = `It is tried again by itself at ${inUtc(notBefore)}, and switched off at ${inUtc(endsAt)} unless it works by then.`;
      await tell(tx, application, {
        message: reason,
        subject: before.quarantinedAt
          ? 'provisioning stays quarantined, for another reason'
          : 'provisioning is quarantined',
        text: `${reason}\n\nNothing is sent to ${application.displayLabel} until this is mended; what changes meanwhile is kept. Replace the credentials if they were revoked or have expired; otherwise mend the address or the application, and choose Try now. ${again}`,
      });
    }
  });
}

interface Told {
  /** Of the event. */
  message: string;
  subject: string;
  text: string;
}

/** An event and a mail. @param outcome success: it is over */
async function tell(
  tx: Tx,
  application: Named,
  { message, subject, text }: Told,
  outcome: 'error' | 'success' = 'error',
): Promise<void> {
  const failed = outcome === 'error' ? { outcome, code: 'Quarantined' } : {};
  await recordEvents(tx, [{ name: 'idm_integration_quarantine', actor: systemActor, application, message, ...failed }]);
  const path = links.application(application.id).identityManagement();
  await notify(tx, application, {
    subject,
    text,
    link: { label: outcome === 'error' ? 'Mend it here' : 'Look at it here', path },
  });
}

const inUtc = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** How much of what was sent has to fail in a cycle, and of how much at least; what failed as one is one. */
const failing = { share: 0.4, atLeast: 20 };
const failsMuch = 'More than 40 % of what a full cycle has sent has failed';

/** After a cycle: much of what it has sent has failed, or a connection that was on trial because of that works. */
export async function judgeCycle(application: Named, cycleId: string): Promise<void> {
  const [row] = await db.$queryRaw<{ sent: number; failed: number; most: string | null }[]>`
    SELECT (count(*) FILTER (WHERE outcome <> 'error') + ${countedFailures})::int AS sent, ${countedFailures}::int AS failed,
      mode() WITHIN GROUP (ORDER BY error ->> 'message') FILTER (WHERE outcome = 'error') AS most
    FROM cycle_outcomes WHERE cycle_id = ${cycleId}::uuid AND operation_id IS NOT NULL`;
  const { sent, failed, most } = row ?? { sent: 0, failed: 0, most: null };
  if (sent >= failing.atLeast && failed > sent * failing.share) {
    return quarantine({ application }, `${failsMuch}. Most often: ${most ?? 'no answer.'}`);
  }
  const onTrial = { applicationId: application.id, status: 'active', quarantinedAt: { not: null } } as const;
  if ((await db.integration.count({ where: onTrial })) === 0) return;
  await transaction((tx) => leaveQuarantine(tx, application, 'A full cycle has worked'));
}

/**
 * A connection answers again that was quarantined. Where that was because too much of a cycle failed, the next cycle decides: until then it is
 * active on trial, and nobody is told of the same cause again.
 */
export async function endRest(tx: Tx, application: Named): Promise<void> {
  const tried = await tx.integration.updateMany({
    where: {
      applicationId: application.id,
      status: 'quarantined',
      heldAt: null,
      quarantineReason: { startsWith: failsMuch },
    },
    data: { status: 'active', notBefore: null, failures: 0 },
  });
  if (tried.count === 0) await leaveQuarantine(tx, application);
}

/**
 * Takes a connection out of quarantine after a successful test. Where many accounts had disappeared it stays there, and may be
 * read at once: what a cycle finds decides ({@link endHold}).
 */
export async function leaveQuarantine(tx: Tx, application: Named, why = 'The connection works again'): Promise<void> {
  await tx.$executeRaw`SELECT FROM integrations WHERE application_id = ${application.id}::uuid FOR NO KEY UPDATE`;
  const before = await tx.integration.findUnique({ where: { applicationId: application.id } });
  if (!before) return;
  const isOnTrial = before.status === 'active' && before.quarantinedAt !== null;
  if (before.status !== 'quarantined' && !isOnTrial) return;
  const where = { applicationId: application.id };
  if (before.heldAt) {
    await tx.integration.update({ where, data: { notBefore: null, failures: 0 } });
    return;
  }
  await tx.integration.update({
    where,
    data: { status: 'active', quarantineReason: null, quarantinedAt: null, notBefore: null, failures: 0 },
  });
  await tell(
    tx,
    application,
    {
      message: `${why}: the connection left quarantine.`,
      subject: 'provisioning is out of quarantine',
      text: `${why}: it was quarantined${before.quarantinedAt ? ` since ${inUtc(before.quarantinedAt)}` : ''}. The cause was: ${before.quarantineReason ?? 'unknown.'}\n\nWhat has changed meanwhile is being sent. Nothing has to be done.`,
    },
    'success',
  );
}

/** What had disappeared is there again, or somebody has said that it may be gone. Does nothing where nothing was held. */
export async function endHold(tx: Tx, application: Named, why: string): Promise<void> {
  const held = await tx.integration.updateMany({
    where: { applicationId: application.id, heldAt: { not: null } },
    data: { heldAt: null },
  });
  if (held.count > 0) await leaveQuarantine(tx, application, why);
}

/** A request succeeded: what was counted against the connection is forgotten. */
export async function connectionWorks(applicationId: string): Promise<void> {
  await db.integration.updateMany({
    where: { applicationId, failures: { gt: 0 } },
    data: { failures: 0, notBefore: null },
  });
}
