import { createHash } from 'node:crypto';
import { addressKey } from '@/lib/core/address-key';
import { newId } from '@/lib/core/ids';
import { LeastUsed } from '@/lib/core/least-used';
import { RateLimiter } from '@/lib/core/rate-limit';
import { db } from '@/lib/db/client';
import { newReference } from './reference';
import type { AskedRequest } from './schema';
import { storable } from './storable';

export interface Failure {
  /** Null: there is none at that address. */
  applicationId: string | null;
  /** Who was signed in. */
  userId: string | null;
  code: string;
  message: string;
  hint?: string | undefined;
  clientAddress: string | null;
  /** What was asked: only where it is to be kept. */
  inspect: () => AskedRequest;
}

/** Of an application: of people who were signed in, and again of everybody else. */
export const mostKept = 100;
/** Of these, of one person or one address. */
export const mostOfSender = 10;

/** Failures in a minute that are looked at one by one, in one process: of a sender, and of an application. */
const looked = { ofSender: 30, ofApplication: 120 };
/** What fails by where somebody is: from another place it is another failure, so that the address that is looked at is the one that is allowed. */
const ofPlaces = new Set(['network_not_allowed', 'RequestDenied']);
/** How often one that goes on is written, in milliseconds. */
const stepMs = 60_000;

interface Known {
  reference: string;
  writtenAt: number;
  /** Since then. */
  more: number;
}

/** Of this process; on the global object, because a bundler may load this module more than once. */
const shared = globalThis as { latchkeyFailures?: { limiter: RateLimiter; known: LeastUsed<string, Known> } };
shared.latchkeyFailures ??= { limiter: new RateLimiter(), known: new LeastUsed<string, Known>(2_000) };
const { limiter, known } = shared.latchkeyFailures;

/**
 * Keeps a sign-in that did not come about, and says under which reference. What is the same, for the same reason, is kept once and counted:
 * written when it is new, and once a minute while it goes on. Whoever sends failures by the thousand costs no statement for each and
 * takes nobody else's place: of an application, 100 of people who were signed in are kept and 100 of everybody else, 10 of one sender;
 * beyond what is looked at in a minute, failures of a kind share one.
 * @returns undefined where the application is being deleted
 */
export async function keepFailure(failure: Failure): Promise<string | undefined> {
  const { applicationId, userId, code, clientAddress } = failure;
  const sender = userId ?? addressKey(clientAddress);
  const place = [applicationId, code, userId];
  const latest = JSON.stringify([sender, ...place]);
  const now = performance.now();
  if (
    !limiter.take(`of ${sender}`, looked.ofSender).allowed ||
    !limiter.take(`in ${applicationId}`, looked.ofApplication).allowed
  ) {
    // Many people come from one address: what the last of them failed by is most likely what these do.
    const like = counted(latest, now);
    if (like) return like.reference;
    return (await keep({ ...failure, inspect: () => ({}) }, likenessOf(['many', ...place]), `many ${code}`, now))
      ?.reference;
  }
  const asked = failure.inspect();
  const { acsUrl, acsIndex, issuer, destination, nameIdFormat, contexts, certificate, path, binding } = asked;
  const details = [acsUrl, acsIndex, issuer, destination, nameIdFormat, contexts, certificate, path, binding];
  if (ofPlaces.has(code)) details.push(clientAddress ?? undefined);
  const kept = await keep({ ...failure, inspect: () => asked }, likenessOf([...place, ...details]), sender, now);
  if (kept) known.set(latest, kept);
  return kept?.reference;
}

const likenessOf = (parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

async function keep(failure: Failure, likeness: string, sender: string, now: number): Promise<Known | undefined> {
  const fresh = counted(likeness, now);
  if (fresh) return fresh;
  const written = await write(failure, likeness, sender, (known.get(likeness)?.more ?? 0) + 1);
  if (!written) return undefined;
  const kept = { reference: written.reference, writtenAt: now, more: 0 };
  known.set(likeness, kept);
  if (written.isNew) await makeRoom(failure.applicationId);
  return kept;
}

/** Counts one more of what was written a moment ago. */
function counted(key: string, now: number): Known | undefined {
  const before = known.get(key);
  if (!before || now - before.writtenAt >= stepMs) return undefined;
  before.more += 1;
  return before;
}

/** What belongs to nobody any more is not written: the application and the person may be being deleted. */
async function write(failure: Failure, likeness: string, sender: string, count: number) {
  const { applicationId, userId, code, clientAddress } = failure;
  const [message, hint] = [storable(failure.message), failure.hint === undefined ? null : storable(failure.hint)];
  const at = new Date();
  const [row] = await db.$queryRaw<{ reference: string; isNew: boolean }[]>`
    INSERT INTO failed_sign_ins AS f
      (id, reference, application_id, user_id, likeness, sender, code, message, hint, client_address, asked, first_at, last_at, count)
    SELECT ${newId()}::uuid, ${newReference()}, ${applicationId}::uuid, ${userId}::uuid, ${likeness}, ${sender}, ${code}, ${message},
      ${hint}, ${clientAddress}, ${JSON.stringify(failure.inspect())}::jsonb, ${at}, ${at}, ${count}::int
    WHERE (${applicationId}::uuid IS NULL OR EXISTS (SELECT 1 FROM applications a WHERE a.id = ${applicationId}::uuid))
      AND (${userId}::uuid IS NULL OR EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId}::uuid))
    ON CONFLICT (likeness) DO UPDATE SET count = f.count + EXCLUDED.count, last_at = EXCLUDED.last_at, message = EXCLUDED.message,
      hint = EXCLUDED.hint, client_address = EXCLUDED.client_address, asked = EXCLUDED.asked
    RETURNING f.reference, f.count = ${count}::int AS "isNew"`;
  return row;
}

/** The newest of each sender stay before the second of any: who sends the most makes room first. */
async function makeRoom(applicationId: string | null): Promise<void> {
  await db.$executeRaw`
    DELETE FROM failed_sign_ins WHERE id IN (
      SELECT id FROM (
        SELECT id, of_sender, row_number() OVER (PARTITION BY known ORDER BY of_sender, last_at DESC, id) AS place
        FROM (
          SELECT id, last_at, user_id IS NOT NULL AS known,
            row_number() OVER (PARTITION BY user_id IS NOT NULL, sender ORDER BY last_at DESC, id) AS of_sender
          FROM failed_sign_ins WHERE application_id IS NOT DISTINCT FROM ${applicationId}::uuid) AS counted) AS placed
      WHERE of_sender > ${mostOfSender} OR place > ${mostKept})`;
}
