import { now, toRealTime } from '@/lib/core/clock';
import { publicOrigin } from '@/lib/core/origin';
import { integrationStatusesThat, isOneOf } from '@/lib/core/states';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { Connection } from './connection';
import { tellAdministrators } from './internal/tell-administrators';
import { backoffMs, type Verdict } from './internal/verdict';
import { wakeEngine } from './mark-due';

const hourMs = 60 * 60_000;
/** Entra's: after 6, then 12, then every 24 hours, for 28 days. */
const retryHours = [
  { untilHours: 6, waitHours: 6 },
  { untilHours: 18, waitHours: 12 },
] as const;
const dailyHours = 24;
const giveUpHours = 28 * 24;
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

/** Stops sending, says so once to the administrators, and sets the slow retry. */
export async function quarantine(connection: Connection, reason: string): Promise<void> {
  const { application, integration } = connection;
  await transaction(async (tx) => {
    await tx.$executeRaw`SELECT FROM integrations WHERE application_id = ${application.id}::uuid FOR NO KEY UPDATE`;
    const before = await tx.integration.findUniqueOrThrow({ where: { applicationId: application.id } });
    // Somebody paused or deactivated it while this was under way: that stays.
    if (!isOneOf(integrationStatusesThat.areTried, before.status)) return;
    const repeated = before.status === 'quarantined' && before.quarantineReason === reason;
    const since = before.quarantinedAt ?? now();
    const hours = (now().getTime() - since.getTime()) / hourMs;
    const waitHours = retryHours.find(({ untilHours }) => hours < untilHours)?.waitHours ?? dailyHours;
    const givenUp = hours >= giveUpHours;
    await tx.integration.update({
      where: { applicationId: application.id },
      data: {
        status: givenUp ? 'paused' : 'quarantined',
        quarantineReason: reason,
        quarantinedAt: since,
        notBefore: new Date(now().getTime() + waitHours * hourMs),
        failures: integration.failures + 1,
      },
    });
    if (givenUp) {
      const message = 'Paused after 28 days in quarantine.';
      await recordEvents(tx, [
        {
          name: 'idm_integration_quarantine',
          actor: systemActor,
          application,
          outcome: 'error',
          code: 'Quarantined',
          message,
        },
      ]);
      await tellQuarantine(tx, application, `${message} ${reason}`);
      return;
    }
    if (repeated) return;
    await recordEvents(tx, [
      {
        name: 'idm_integration_quarantine',
        actor: systemActor,
        application,
        outcome: 'error',
        code: 'Quarantined',
        message: reason,
      },
    ]);
    await tellQuarantine(tx, application, reason);
  });
}

function tellQuarantine(
  tx: Tx,
  { id, displayLabel }: { id: string; displayLabel: string },
  reason: string,
): Promise<void> {
  const link = `${publicOrigin()}/applications/${id}/identity-management`;
  return tellAdministrators(tx, {
    subject: `${displayLabel}: provisioning is quarantined`,
    text: `${reason}\n\nNothing is sent to ${displayLabel} until this is mended. It is tried again by itself, first after 6 hours.\n\nMend it here: ${link}\n`,
  });
}

/**
 * Takes a connection out of quarantine after a successful test. Where many accounts had disappeared it stays there, and may be
 * read at once: what a cycle finds decides ({@link endHold}).
 */
export async function leaveQuarantine(
  tx: Tx,
  application: { id: string; displayLabel: string },
  why = 'The connection works again',
): Promise<void> {
  const held = await tx.integration.updateMany({
    where: { applicationId: application.id, status: 'quarantined', heldAt: { not: null } },
    data: { notBefore: null, failures: 0 },
  });
  if (held.count > 0) return;
  const left = await tx.integration.updateMany({
    where: { applicationId: application.id, status: 'quarantined' },
    data: { status: 'active', quarantineReason: null, quarantinedAt: null, notBefore: null, failures: 0 },
  });
  if (left.count > 0) {
    await recordEvents(tx, [
      {
        name: 'idm_integration_quarantine',
        actor: systemActor,
        application,
        message: `${why}: the connection left quarantine.`,
      },
    ]);
  }
}

/** What had disappeared is there again, or somebody has said that it may be gone. Does nothing where nothing was held. */
export async function endHold(tx: Tx, application: { id: string; displayLabel: string }, why: string): Promise<void> {
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
