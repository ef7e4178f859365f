import { now } from '@/lib/core/clock';
import { seal } from '@/lib/crypto/seal';
import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

export interface MailDraft {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

/** The context under which a mail's text is sealed: it may hold an activation link. */
export const mailContext = (mailId: string): string => `mail:${mailId}`;

/** Puts a mail into the outbox in the transaction of its cause. Without SMTP it stays there, readable by administrators. */
export async function sendLater(tx: Tx, draft: MailDraft): Promise<void> {
  const id = crypto.randomUUID();
  await tx.mail.create({
    data: { id, to: draft.to, subject: draft.subject, textSealed: seal(draft.text, mailContext(id)), createdAt: now() },
  });
  if (process.env.SMTP_URL) await enqueue(tx, 'send-mail', { mailId: id });
}
