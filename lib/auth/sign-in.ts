import { AppError } from '@/lib/core/errors';
import { verifyNothing, verifyPassword } from '@/lib/crypto/password';
import { db, transaction } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { findUserByName } from '@/lib/directory/find-user-by-name';
import { startSession } from '@/lib/directory/start-session';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { failuresBeforeLock, reserveUnknown } from './lock-out';

export interface SignInInput {
  /** Username or e-mail address. */
  identifier: string;
  password: string;
  clientAddress: string | null;
  userAgent: string | null;
  /** Session that the same browser has now: it ends with the new one. */
  currentSessionId?: string | undefined;
}

/**
 * Checks a password and starts a session. Takes the same time for people who do not exist.
 * Failed attempts are counted before the password is looked at, so that parallel guesses do not slip through.
 * @returns undefined when username or password are wrong
 * @throws AppError `locked_out` after five failures, `forbidden` for suspended people who know their password
 */
export async function signIn(input: SignInInput): Promise<{ userId: string; sessionId: string } | undefined> {
  const user = await findUserByName(input.identifier);
  if (!user?.passwordHash) return refuseUnknown(input, user);
  const actor: Actor = { id: user.id, name: user.username, clientAddress: input.clientAddress };
  const locked = await reserveAttempt(user.id);
  if (locked) {
    await verifyNothing(input.password);
    return fail(actor, lockedOut(locked));
  }
  if (!(await verifyPassword(user.passwordHash, input.password))) {
    await record(actor, 'Wrong password.', 'unauthenticated');
    return undefined;
  }
  if (user.status !== 'active') {
    await clearFailures(user.id);
    return fail(
      actor,
      new AppError('forbidden', 'Your account is suspended.', { hint: 'Ask an administrator to reactivate it.' }),
    );
  }
  return { userId: user.id, sessionId: await enter(user, actor, input) };
}

/** Counts the attempt as failed until it succeeds. @returns seconds left when sign-in is locked now */
async function reserveAttempt(userId: string): Promise<number | undefined> {
  const rows = await db.$queryRaw<{ failures: number }[]>`
    UPDATE users SET failed_sign_ins = failed_sign_ins + 1,
      locked_until = CASE WHEN failed_sign_ins + 1 < ${failuresBeforeLock} THEN NULL
        ELSE now() + make_interval(secs => least(60 * 2 ^ least(failed_sign_ins + 1 - ${failuresBeforeLock}, 10), 3600)) END
    WHERE id = ${userId}::uuid AND (locked_until IS NULL OR locked_until <= now())
    RETURNING failed_sign_ins AS failures`;
  if (rows.length > 0) return undefined;
  const user = await db.user.findUnique({ where: { id: userId }, select: { lockedUntil: true } });
  const left = (user?.lockedUntil?.getTime() ?? 0) - Date.now();
  return Math.max(1, Math.ceil(left / 1000));
}

async function clearFailures(userId: string): Promise<void> {
  await db.user.update({ where: { id: userId }, data: { failedSignIns: 0, lockedUntil: null } });
}

/** Unknown people, and people without a password, are answered like known ones: same time, same lock-out. */
async function refuseUnknown(input: SignInInput, user: User | undefined): Promise<undefined> {
  const actor: Actor = {
    id: user?.id ?? null,
    // What was typed is not kept: people type passwords into the wrong field.
    name: user?.username ?? '(unknown username)',
    clientAddress: input.clientAddress,
  };
  const locked = reserveUnknown(input.identifier);
  await verifyNothing(input.password);
  if (locked) return fail(actor, lockedOut(locked));
  await record(actor, user ? 'No password is set yet.' : 'Unknown username or e-mail address.', 'unauthenticated');
  return undefined;
}

function lockedOut(seconds: number): AppError {
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError('locked_out', `Sign-in is locked after ${failuresBeforeLock} failed attempts.`, {
    hint: `Try again in ${wait}. An administrator can issue a new activation link.`,
  });
}

async function fail(actor: Actor, error: AppError): Promise<never> {
  await record(actor, error.message, error.code);
  throw error;
}

async function record(actor: Actor, message: string, code: string): Promise<void> {
  const target = actor.id ? ({ type: 'user', id: actor.id, name: actor.name } as const) : undefined;
  await recordEvents(db, [{ name: 'session_start', actor, outcome: 'error', target, message, code }]);
}

async function enter(user: User, actor: Actor, input: SignInInput): Promise<string> {
  const at = new Date();
  return transaction(async (tx) => {
    await tx.user.update({ where: { id: user.id }, data: { failedSignIns: 0, lockedUntil: null, lastSignInAt: at } });
    await recordEvents(tx, [
      { name: 'session_start', actor, target: { type: 'user', id: user.id, name: user.username } },
    ]);
    const { clientAddress, userAgent, currentSessionId: replaces } = input;
    return startSession(tx, { user, clientAddress, userAgent, replaces });
  });
}
