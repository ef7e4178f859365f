import { now } from '@/lib/core/clock';
import { unseal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { mailContext } from './send-later';

/** Hands one mail of the outbox to the mail server of `SMTP_URL`. Sent once: a mail already sent is left alone. */
export async function deliverMail(mailId: string): Promise<void> {
  const mail = await db.mail.findUnique({ where: { id: mailId } });
  if (!mail || mail.sentAt || !process.env.SMTP_URL) return;
  // Loaded by the first mail: most processes send none.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(process.env.SMTP_URL);
  try {
    await transport.sendMail({
      from: process.env.MAIL_FROM ?? 'Latchkey <latchkey@localhost>',
      to: mail.to,
      subject: mail.subject,
      text: unseal(mail.textSealed, mailContext(mail.id)),
    });
    await db.mail.update({ where: { id: mail.id }, data: { sentAt: now(), error: null } });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The mail server refused the mail.';
    await db.mail.update({ where: { id: mail.id }, data: { error: message.slice(0, 500) } });
    throw error;
  } finally {
    transport.close();
  }
}
