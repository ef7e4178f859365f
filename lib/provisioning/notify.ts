import { publicOrigin } from '@/lib/core/origin';
import { valuesOf } from '@/lib/core/setting';
import type { Tx } from '@/lib/db/client';
import { sendLater } from '@/lib/mail/send-later';
import { getSettings } from '@/lib/settings/settings';
import { notificationSettings } from './settings';

const mostAdministrators = 20;

/** Something that somebody has to know of an application, or to do about it. */
export interface Notification {
  subject: string;
  /** What has happened, and what to do. */
  text: string;
  /** Where it is done: what the address is called, and the path ({@link links}). */
  link: { label: string; path: string };
}

/**
 * A mail to whoever is told of an application: its own address, or that of the installation, or else its administrators, 20 of them at most.
 * In the transaction of its cause.
 */
export async function notify(
  tx: Tx,
  application: { id: string; displayLabel: string },
  mail: Notification,
): Promise<void> {
  const { subject, text, link } = mail;
  for (const to of await addressesOf(tx, application.id)) {
    await sendLater(tx, {
      to,
      subject: `${application.displayLabel}: ${subject}`,
      text: `${text}\n\n${link.label}: ${publicOrigin()}${link.path}\n`,
    });
  }
}

async function addressesOf(tx: Tx, applicationId: string): Promise<string[]> {
  const row = await tx.integration.findUnique({ where: { applicationId }, select: { settings: true } });
  const own = valuesOf(notificationSettings, { administrator: row?.settings }).notificationEmail;
  const address = own || (await getSettings()).notificationEmail;
  if (address) return [address];
  const administrators = await tx.user.findMany({
    where: { role: 'administrator', status: 'active', deletedAt: null },
    select: { email: true },
    take: mostAdministrators,
  });
  return administrators.map(({ email }) => email);
}
