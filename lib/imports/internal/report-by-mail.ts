import { publicOrigin } from '@/lib/core/origin';
import type { Tx } from '@/lib/db/client';
import { sendLater } from '@/lib/mail/send-later';

/** Tells who confirmed a large import that it is complete. */
export async function reportByMail(
  tx: Tx,
  report: {
    importId: string;
    application: { id: string; displayLabel: string };
    recipientId: string | null;
    done: number;
    failed: number;
  },
): Promise<void> {
  const { application, done, failed } = report;
  const recipient = report.recipientId
    ? await tx.user.findUnique({ where: { id: report.recipientId }, select: { email: true, firstname: true } })
    : null;
  if (!recipient) return;
  const outcome = `${done} of ${done + failed} imported${failed > 0 ? `, ${failed} failed` : ''}`;
  await sendLater(tx, {
    to: recipient.email,
    subject: `Import from ${application.displayLabel} is complete: ${outcome}`,
    text: [
      `Hello ${recipient.firstname},`,
      '',
      `the import from ${application.displayLabel} is complete: ${outcome}.`,
      `${publicOrigin()}/applications/${application.id}/import/${report.importId}`,
      '',
      ...(failed > 0 ? ['Each row that failed says why, and can be retried alone.'] : []),
      'Imported people must be members of a user group associated with the application before Latchkey manages them.',
    ].join('\n'),
  });
}
