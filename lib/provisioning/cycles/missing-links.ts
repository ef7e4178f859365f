import { now } from '@/lib/core/clock';
import { linkStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { type Cycle, type MissingAnswer, type MissingLink, Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { deletedThere, keptDrift } from '../plan/drift';
import type { Reading } from './reading';

/** Of an application's accounts, or of its groups: more of them gone than this is no daily business. */
const goneAtMost = 500;
const goneShare = 0.1;
const alwaysAllowed = 5;

/**
 * Whether so many have disappeared at once that somebody is to look first: more than 500, or more than a tenth, and more than
 * five. Something other than many people with a Delete key is the likelier cause: another tenant, a token that sees less.
 * @param linked how many accounts (or groups) we have over there, with those
 */
export function isMuch(gone: number, linked: number): boolean {
  return gone > Math.min(goneAtMost, Math.max(alwaysAllowed, linked * goneShare));
}

/** Why somebody whose account is gone is due: the application itself is searched before another one is made. */
const accountGone = { code: 'AccountGone', message: 'The account is not there any more.' };

interface Place {
  links: Prisma.Sql;
  read: Prisma.Sql;
  owner: Prisma.Sql;
  person: Prisma.Sql;
}

const places: Readonly<Record<Reading['collection'], Place>> = {
  Users: {
    links: Prisma.sql`user_links`,
    read: Prisma.sql`remote_accounts`,
    owner: Prisma.sql`user_link_id`,
    person: Prisma.sql`user_id`,
  },
  Groups: {
    links: Prisma.sql`group_links`,
    read: Prisma.sql`remote_groups`,
    owner: Prisma.sql`group_link_id`,
    person: Prisma.sql`group_id`,
  },
};

/** States in which an account or a group has to be there. */
const expected = inStates(linkStatesThat.expectAnAccount);

/** Nobody has changed it since the cycle began to read: what was read of it counts. */
const unchangedSince = (startedAt: Date) => Prisma.sql`(l.last_change_at IS NULL OR l.last_change_at < ${startedAt})`;

/**
 * Writes down which links a reading did not show. What somebody has confirmed of the same account before stays
 * confirmed. @returns how many
 */
export async function noteMissing(tx: Tx, { applicationId, startedAt }: Cycle, reading: Reading): Promise<number> {
  const { links, read, owner } = places[reading.collection];
  await tx.$executeRaw`
    DELETE FROM missing_links WHERE application_id = ${applicationId}::uuid AND ${owner} IS NOT NULL AND confirmed_at IS NULL`;
  const noted = await tx.$executeRaw`
    INSERT INTO missing_links AS m (link_id, application_id, ${owner}, remote_id, reading_id)
    SELECT l.id, l.application_id, l.id, l.remote_id, ${reading.id}::uuid FROM ${links} l
    WHERE l.application_id = ${applicationId}::uuid AND l.state IN ${expected} AND l.remote_id IS NOT NULL
      AND ${unchangedSince(startedAt)}
      AND NOT EXISTS (SELECT FROM ${read} r WHERE r.application_id = l.application_id AND r.remote_id = l.remote_id
        AND (r.reading_id = ${reading.id}::uuid OR r.read_at >= ${startedAt}))
    ON CONFLICT (link_id) DO UPDATE SET answer = 'unasked', remote_id = excluded.remote_id, reading_id = excluded.reading_id,
      confirmed_at = CASE WHEN m.remote_id = excluded.remote_id THEN m.confirmed_at END`;
  await tx.$executeRaw`
    DELETE FROM missing_links
    WHERE application_id = ${applicationId}::uuid AND ${owner} IS NOT NULL AND reading_id <> ${reading.id}::uuid`;
  return noted;
}

/** Some of those that were not asked for yet. */
export async function unaskedOf(tx: Tx, { id: readingId, collection }: Reading, applicationId: string, take: number) {
  const kind = collection === 'Users' ? { userLinkId: { not: null } } : { groupLinkId: { not: null } };
  const unasked = (linkId: object) =>
    tx.missingLink.findMany({
      where: { AND: [{ applicationId, readingId, answer: 'unasked', ...kind }, { linkId }] },
      orderBy: { linkId: 'asc' },
      take,
    });
  // Where not all are asked for, each reading begins somewhere else: its own id is as good as any.
  const after = await unasked({ gte: readingId });
  return after.length > 0 ? after : unasked({ lt: readingId });
}

export async function keepAnswers(
  tx: Tx,
  answers: readonly { missing: MissingLink; answer: MissingAnswer }[],
): Promise<void> {
  for (const answer of ['gone', 'there', 'untold'] as const) {
    const linkIds = answers.filter((one) => one.answer === answer).map(({ missing }) => missing.linkId);
    if (linkIds.length > 0) await tx.missingLink.updateMany({ where: { linkId: { in: linkIds } }, data: { answer } });
  }
}

/** What the questions have given so far. */
export interface Found {
  missing: number;
  /** By their own id, and nobody has confirmed it. */
  gone: number;
  /** Though the list did not show them. */
  there: number;
  /** The application did not say. */
  untold: number;
  linked: number;
}

export async function countMissing(tx: Tx, reading: Reading, applicationId: string): Promise<Found> {
  const { links, owner } = places[reading.collection];
  const [row] = await tx.$queryRaw<Found[]>`
    SELECT count(*)::int AS missing, count(*) FILTER (WHERE answer = 'gone' AND confirmed_at IS NULL)::int AS gone,
      count(*) FILTER (WHERE answer = 'there')::int AS there, count(*) FILTER (WHERE answer = 'untold')::int AS untold,
      (SELECT count(*)::int FROM ${links} l
        WHERE l.application_id = ${applicationId}::uuid AND l.state IN ${expected} AND l.remote_id IS NOT NULL) AS linked
    FROM missing_links WHERE application_id = ${applicationId}::uuid AND ${owner} IS NOT NULL AND reading_id = ${reading.id}::uuid`;
  return row ?? { missing: 0, gone: 0, there: 0, untold: 0, linked: 0 };
}

/**
 * Forgets which accounts (or groups) were whose where the application has said, asked by the id, that they are gone: people get new
 * ones and are put into their groups again, groups are created again. Each is searched for once more before that. The
 * rest stays linked.
 */
export async function forgetGone(tx: Tx, { applicationId, startedAt }: Cycle, reading: Reading): Promise<void> {
  const { links, owner, person } = places[reading.collection];
  const accounts = reading.collection === 'Users';
  const also = accounts
    ? Prisma.sql`, account_name = NULL, last_read = NULL, last_error = ${JSON.stringify(accountGone)}::jsonb,
      drift = ${JSON.stringify(keptDrift(deletedThere, null, now()))}::jsonb`
    : Prisma.sql`, last_error = NULL`;
  await tx.$executeRaw`
    WITH forgotten AS (
      UPDATE ${links} SET remote_id = NULL, last_sent = NULL, state = 'pending' ${also}
      FROM (SELECT l.id FROM ${links} l JOIN missing_links m ON m.link_id = l.id AND m.remote_id = l.remote_id
        WHERE m.application_id = ${applicationId}::uuid AND m.answer = 'gone' AND m.reading_id = ${reading.id}::uuid
          AND l.state IN ${expected} AND ${unchangedSince(startedAt)} AND l.lease_token IS NULL
        ORDER BY l.application_id, l.${person} FOR NO KEY UPDATE OF l) locked
      WHERE ${links}.id = locked.id
      RETURNING ${links}.id)
    DELETE FROM group_link_members m USING forgotten WHERE m.${owner} = forgotten.id`;
  await tx.$executeRaw`
    DELETE FROM missing_links WHERE application_id = ${applicationId}::uuid AND ${owner} IS NOT NULL`;
}

/** Accounts and groups that are nobody's and were not in a complete reading: nothing is matched with them any more. */
export async function forgetUnseen(
  tx: Tx,
  { applicationId, startedAt }: Cycle,
  { id: readingId, collection }: Reading,
): Promise<void> {
  const unseen = { applicationId, readAt: { lt: startedAt }, NOT: { readingId } };
  if (collection === 'Users') await tx.remoteAccount.deleteMany({ where: unseen });
  else await tx.remoteGroup.deleteMany({ where: unseen });
}

/** What is said of many that are gone: on the screen, in the event and in the mail. */
export function missingReason(
  { collection }: Pick<Reading, 'collection'>,
  { missing, gone, linked }: Pick<Found, 'missing' | 'gone' | 'linked'>,
): string {
  const noun = collection === 'Users' ? 'accounts' : 'groups';
  const number = (value: number) => value.toLocaleString('en-US');
  return `${number(missing)} of ${number(linked)} linked ${noun} are not in the application's list any more, and of those asked for by their id ${number(gone)} are gone. Nothing was changed. Look at them on the Identity Management tab: confirm that they may be gone, or read again.`;
}

/** Nothing is sent until somebody has confirmed what is gone, or another reading finds it. */
export async function hold(tx: Tx, applicationId: string): Promise<void> {
  await tx.integration.updateMany({ where: { applicationId, heldAt: null }, data: { heldAt: now() } });
}
