import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import { daysUntil, endInWords } from '@/lib/provisioning/secret-end';

/** Days before the end at which somebody is told, the last first. */
export const certificateWarnDays = [7, 30, 60] as const;
const dayMs = 24 * 60 * 60_000;

/** Tells of certificates that applications sign with and that end: an event and a mail, once 60, once 30 and once 7 days before. */
export async function warnOfEndingCertificates(): Promise<void> {
  const keys = await db.idpKey.findMany({
    where: {
      state: 'current',
      notAfter: { lt: new Date(now().getTime() + certificateWarnDays[2] * dayMs) },
      application: { ssoStatus: 'active' },
    },
    select: { id: true, notAfter: true, application: { select: { id: true, displayLabel: true } } },
    orderBy: { notAfter: 'asc' },
  });
  for (const key of keys) await warn(key);
}

interface Ending {
  id: string;
  notAfter: Date;
  application: { id: string; displayLabel: string };
}

async function warn({ id, notAfter, application }: Ending): Promise<void> {
  const days = daysUntil(notAfter, now());
  const threshold = certificateWarnDays.find((before) => days < before);
  if (threshold === undefined) return;
  const warned = `${notAfter.toISOString()} ${threshold}`;
  await transaction(async (tx) => {
    // Whoever comes second, at the same moment, finds it told.
    const told = await tx.idpKey.updateMany({
      where: { id, OR: [{ warned: null }, { warned: { not: warned } }] },
      data: { warned },
    });
    if (told.count === 0) return;
    const next = await tx.idpKey.findFirst({ where: { applicationId: application.id, state: 'next' } });
    const message = `The IdP certificate ${endInWords(days)} (${notAfter.toISOString().slice(0, 10)}).`;
    await recordEvents(tx, [
      {
        name: 'sso_certificate',
        actor: systemActor,
        application,
        outcome: 'error',
        code: 'IdpCertificateEnding',
        message,
      },
    ]);
    const todo = next
      ? `The next one is announced: make sure that ${application.displayLabel} has it, then switch to it.`
      : `Generate the next one, give it to ${application.displayLabel}, then switch to it.`;
    await notify(tx, application, {
      subject: `the IdP certificate ${endInWords(days)}`,
      text: `${message}\n\nNobody can sign in to ${application.displayLabel} once it refuses the certificate. ${todo}`,
      link: { label: 'Renew it here', path: links.application(application.id).sso() },
    });
  });
}
