import { now } from '@/lib/core/clock';
import { newId } from '@/lib/core/ids';
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
  const data = toMail(draft);
  await tx.mail.create({ data });
  if (isSent()) await enqueue(tx, 'send-mail', { mailId: data.id });
}

/** A mail as it is stored, for a statement that writes it along with its cause. */
export function toMail(draft: MailDraft) {
  const id = newId();
  const textSealed = seal(draft.text, mailContext(id));
  return { id, to: draft.to, subject: draft.subject, textSealed, createdAt: now() };
}

/** Whether there is a server that mails are sent by: each asks for a task then. */
export function isSent(): boolean {
  return Boolean(process.env.SMTP_URL);
}
