import type { Tx } from '@/lib/db/client';
import { type MailDraft, sendLater } from '@/lib/mail/send-later';

/** A mail to the administrators, 20 of them at most. */
export async function tellAdministrators(tx: Tx, mail: Omit<MailDraft, 'to'>): Promise<void> {
  const administrators = await tx.user.findMany({
    where: { role: 'administrator', status: 'active', deletedAt: null },
    select: { email: true },
    take: 20,
  });
  for (const { email } of administrators) await sendLater(tx, { to: email, ...mail });
}
