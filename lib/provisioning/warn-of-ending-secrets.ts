import { now } from '@/lib/core/clock';
import { publicOrigin } from '@/lib/core/origin';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { sendLater } from '@/lib/mail/send-later';
import { daysUntil, endInWords, secretEndOf, warnDays } from './secret-end';

/** Tells of the secrets of connections that end: an event and a mail to the administrators, once 30 and once 7 days before. */
export async function warnOfEndingSecrets(): Promise<void> {
  const integrations = await db.integration.findMany({
    where: { status: { not: 'inactive' } },
    include: { application: { select: { id: true, displayLabel: true } } },
  });
  for (const { application, ...integration } of integrations) {
    const end = secretEndOf(integration);
    if (!end) continue;
    const days = daysUntil(end.endsAt, now());
    const threshold = warnDays.find((before) => days < before);
    if (threshold === undefined) continue;
    const warned = `${end.endsAt.toISOString()} ${threshold}`;
    await transaction(async (tx) => {
      // Whoever comes second, at the same moment, finds it told.
      const told = await tx.integration.updateMany({
        where: { applicationId: application.id, OR: [{ secretWarned: null }, { secretWarned: { not: warned } }] },
        data: { secretWarned: warned },
      });
      if (told.count === 0) return;
      const owner = end.owner === '' ? '' : ` ${end.owner} sees to it.`;
      const on = end.endsAt.toISOString().slice(0, 10);
      const message = `The secret of the connection ${endInWords(days)} (${on}).${owner}`;
      await recordEvents(tx, [
        { name: 'idm_secret_ending', actor: systemActor, application, outcome: 'error', code: 'SecretEnding', message },
      ]);
      await mailAdministrators(tx, application, days, message);
    });
  }
}

async function mailAdministrators(
  tx: Parameters<Parameters<typeof transaction>[0]>[0],
  application: { id: string; displayLabel: string },
  days: number,
  message: string,
): Promise<void> {
  const administrators = await tx.user.findMany({
    where: { role: 'administrator', status: 'active', deletedAt: null },
    select: { email: true },
    take: 20,
  });
  const link = `${publicOrigin()}/applications/${application.id}/identity-management`;
  for (const { email } of administrators) {
    await sendLater(tx, {
      to: email,
      subject: `${application.displayLabel}: the secret of the connection ${endInWords(days)}`,
      text: `${message}\n\nWithout a new one nothing is sent to ${application.displayLabel} any more. Make one over there, and replace it here before then: ${link}\n`,
    });
  }
}
