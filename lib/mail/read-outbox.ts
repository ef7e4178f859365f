import { AppError } from '@/lib/core/errors';
import type { MailStateName } from '@/lib/core/states';
import { unseal } from '@/lib/crypto/seal';
import { boundedCount } from '@/lib/db/bounded-count';
import { boundedRead } from '@/lib/db/bounded-read';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import { mailContext } from './send-later';

export interface MailRow {
  id: string;
  to: string;
  subject: string;
  createdAt: Date;
  sentAt: Date | null;
  error: string | null;
}

const stateSql = {
  sent: Prisma.sql`m.sent_at IS NOT NULL`,
  waiting: Prisma.sql`m.sent_at IS NULL AND m.error IS NULL`,
  failed: Prisma.sql`m.sent_at IS NULL AND m.error IS NOT NULL`,
} as const;

/** As its index of trigrams has it, word by word. */
const searched = Prisma.sql`lower(m."to" || ' ' || m.subject)`;

const columns = [
  { sql: Prisma.sql`m.created_at`, type: 'timestamptz' },
  { sql: Prisma.sql`m.id`, type: 'uuid' },
] as const;

/**
 * A page of mails, newest first, without their text. @param limit rows at most, 50 unless told
 * @throws AppError `search_too_slow`
 */
export async function listMails(
  filter: { q?: string | undefined; state?: MailStateName | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<FoundPage<MailRow>> {
  const where = filter.state ? stateSql[filter.state] : Prisma.sql`true`;
  const list = {
    q: filter.q,
    select: Prisma.sql`SELECT m.* FROM mails m`,
    as: Prisma.sql`m`,
    where,
    words: searched,
    columns,
    descending: true,
  };
  return boundedRead(async (tx) => {
    const page = await search(
      tx,
      list,
      { cursor: filter.cursor, limit },
      ({ key, from, order }) =>
        tx.$queryRaw<(MailRow & Keyed)[]>`
        SELECT m.id, m."to", m.subject, m.created_at AS "createdAt", m.sent_at AS "sentAt", m.error, ${key}
        FROM ${from} ORDER BY ${order}`,
    );
    return wordsOf(filter.q).length > 0
      ? page
      : { ...page, ...(await boundedCount(tx, Prisma.sql`mails m WHERE ${where}`)) };
  });
}

/** One mail with its text, which may hold an activation link: for administrators only. @throws AppError `not_found` */
export async function readMail(id: string): Promise<MailRow & { text: string }> {
  const mail = await db.mail.findUnique({ where: { id } });
  if (!mail) throw new AppError('not_found', 'This mail does not exist any more.');
  const { textSealed, ...row } = mail;
  return { ...row, text: unseal(textSealed, mailContext(id)) };
}
