import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { db, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { notify } from './notify';
import { daysUntil, endInWords, secretEndOf, warnDays } from './secret-end';

/** What of a connection ends, in words. */
const kinds = {
  secret: {
    column: 'secretWarned',
    code: 'SecretEnding',
    what: 'The secret of the connection',
    verb: 'Make one over there',
  },
  trust: {
    ...{ column: 'trustWarned', code: 'CertificateEnding', what: 'The certificate of the connection’s own authority' },
    verb: 'Have the one that replaces it',
  },
} as const;

/**
 * Tells of secrets of connections, and of certificates of their own authorities, that end: an event and a mail to the administrators,
 * once 30 and once 7 days before.
 */
export async function warnOfEndingSecrets(): Promise<void> {
  const integrations = await db.integration.findMany({
    where: { status: { not: 'inactive' } },
    include: { application: { select: { id: true, displayLabel: true } } },
  });
  for (const { application, ...integration } of integrations) {
    const secret = secretEndOf(integration);
    if (secret) await warn(application, 'secret', secret.endsAt, secret.owner);
    if (integration.trustEndsAt) await warn(application, 'trust', integration.trustEndsAt, '');
  }
}

interface Named {
  id: string;
  displayLabel: string;
}

async function warn(application: Named, kind: keyof typeof kinds, endsAt: Date, ownedBy: string): Promise<void> {
  const { column, code, what, verb } = kinds[kind];
  const days = daysUntil(endsAt, now());
  const threshold = warnDays.find((before) => days < before);
  if (threshold === undefined) return;
  const warned = `${endsAt.toISOString()} ${threshold}`;
  await transaction(async (tx) => {
    // Whoever comes second, at the same moment, finds it told.
    const told = await tx.integration.updateMany({
      where: { applicationId: application.id, OR: [{ [column]: null }, { [column]: { not: warned } }] },
      data: { [column]: warned },
    });
    if (told.count === 0) return;
    const owner = ownedBy === '' ? '' : ` ${ownedBy} sees to it.`;
    const message = `${what} ${endInWords(days)} (${endsAt.toISOString().slice(0, 10)}).${owner}`;
    await recordEvents(tx, [
      { name: 'idm_secret_ending', actor: systemActor, application, outcome: 'error', code, message },
    ]);
    await notify(tx, application, {
      subject: `${what.charAt(0).toLowerCase()}${what.slice(1)} ${endInWords(days)}`,
      text: `${message}\n\nWithout a new one nothing is sent to ${application.displayLabel} any more. ${verb}, and replace it here before then.`,
      link: { label: 'Replace it here', path: links.application(application.id).identityManagement() },
    });
  });
}
