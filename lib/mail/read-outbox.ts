import { AppError } from '@/lib/core/errors';
import { decodeTimeCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { unseal } from '@/lib/crypto/seal';
import { boundedRead } from '@/lib/db/bounded-read';
import { db } from '@/lib/db/client';
import { escapeLike } from '@/lib/db/search';
import { mailContext } from './send-later';

export interface MailRow {
  id: string;
  to: string;
  subject: string;
  createdAt: Date;
  sentAt: Date | null;
  error: string | null;
}

const columns = { id: true, to: true, subject: true, createdAt: true, sentAt: true, error: true } as const;

/**
 * A page of mails, newest first, without their text. @param limit rows at most, 50 unless told
 * @throws AppError `search_too_slow`
 */
export async function listMails(
  filter: { q?: string | undefined; state?: 'sent' | 'waiting' | 'failed' | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<Page<MailRow> & { total: number }> {
  const matching = {
    ...(filter.q
      ? {
          OR: [
            { to: { contains: escapeLike(filter.q), mode: 'insensitive' as const } },
            { subject: { contains: escapeLike(filter.q), mode: 'insensitive' as const } },
          ],
        }
      : {}),
    ...(filter.state === 'sent' ? { sentAt: { not: null } } : {}),
    ...(filter.state === 'waiting' ? { sentAt: null, error: null } : {}),
    ...(filter.state === 'failed' ? { sentAt: null, error: { not: null } } : {}),
  };
  const [at, id = ''] = decodeTimeCursor(filter.cursor) ?? [];
  const after = at ? { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] } : {};
  const [rows, total] = await boundedRead(async (tx) => [
    await tx.mail.findMany({
      where: { AND: [matching, after] },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      select: columns,
    }),
    await tx.mail.count({ where: matching }),
  ]);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last;
  return { items, total, ...(more ? { nextCursor: encodeCursor([last.createdAt.toISOString(), last.id]) } : {}) };
}

/** One mail with its text, which may hold an activation link: for administrators only. @throws AppError `not_found` */
export async function readMail(id: string): Promise<MailRow & { text: string }> {
  const mail = await db.mail.findUnique({ where: { id } });
  if (!mail) throw new AppError('not_found', 'This mail does not exist any more.');
  const { textSealed, ...row } = mail;
  return { ...row, text: unseal(textSealed, mailContext(id)) };
}
