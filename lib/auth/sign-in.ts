import { AppError } from '@/lib/core/errors';
import { storedName } from '@/lib/core/fold-name';
import { transaction } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { checkPassword } from '@/lib/directory/check-password';
import { findUserByName } from '@/lib/directory/find-user-by-name';
import { knownBrowserOf, rememberBrowser } from '@/lib/directory/known-browser';
import { startSession } from '@/lib/directory/start-session';
import type { Actor } from '@/lib/events/actor';
import { recordEvents, recordRefusal } from '@/lib/events/record';

export interface SignInInput {
  /** Username or e-mail address. */
  identifier: string;
  password: string;
  clientAddress: string | null;
  userAgent: string | null;
  /** The cookie of browsers that signed in before, as it came. */
  browserCookie?: string | undefined;
  /** Session that the same browser has now: it ends with the new one. */
  currentSessionId?: string | undefined;
}

export interface SignedIn {
  userId: string;
  sessionId: string;
  /** For the browser to keep: from now on it is one that this person signed in with. */
  browserCookie: string;
}

/**
 * Checks a password and starts a session. Everybody is answered alike until the password is known to be right: people who
 * do not exist, are deleted or suspended, or have no password yet.
 * @returns undefined when username or password are wrong
 * @throws AppError `rate_limited`, details `{retryAfterSeconds}`; `forbidden` for suspended people who know their password
 */
export async function signIn(input: SignInInput): Promise<SignedIn | undefined> {
  const user = await findUserByName(input.identifier);
  const { password, clientAddress, browserCookie } = input;
  const actor: Actor = {
    id: user?.id ?? null,
    // What was typed is not kept: people type passwords into the wrong field.
    name: user?.username ?? '(unknown username)',
    clientAddress,
  };
  const claimed = user
    ? { id: user.id, passwordHash: user.passwordHash }
    : { name: storedName(input.identifier.trim()), passwordHash: null };
  try {
    if (!(await checkPassword(claimed, { password, clientAddress, browserCookie })) || !user) {
      await record(actor, reasonFor(user), 'unauthenticated');
      return undefined;
    }
  } catch (error) {
    if (error instanceof AppError) await record(actor, error.message, error.code);
    throw error;
  }
  if (user.status !== 'active') {
    const refusal = new AppError('forbidden', 'Your account is suspended.', {
      hint: 'Ask an administrator to reactivate it.',
    });
    await record(actor, refusal.message, refusal.code);
    throw refusal;
  }
  const sessionId = await enter(user, actor, input);
  if (!sessionId) return undefined;
  const known = knownBrowserOf(browserCookie, user);
  return { userId: user.id, sessionId, browserCookie: rememberBrowser(browserCookie, user, known) };
}

function reasonFor(user: User | undefined): string {
  if (!user) return 'Unknown username or e-mail address.';
  return user.passwordHash ? 'Wrong password.' : 'No password is set yet.';
}

/** The one place where refused sign-ins are written. */
async function record(actor: Actor, message: string, code: string): Promise<void> {
  const target = actor.id ? ({ type: 'user', id: actor.id, name: actor.name } as const) : undefined;
  await recordRefusal({ name: 'session_start', actor, outcome: 'error', target, message, code });
}

/** @returns undefined when the person was given another password, suspended or deleted since this one was compared */
async function enter(user: User, actor: Actor, input: SignInInput): Promise<string | undefined> {
  const at = new Date();
  return transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: user.id, passwordHash: user.passwordHash, status: 'active', deletedAt: null },
      data: { lastSignInAt: at },
    });
    if (count === 0) return undefined;
    await recordEvents(tx, [
      { name: 'session_start', actor, target: { type: 'user', id: user.id, name: user.username } },
    ]);
    const { clientAddress, userAgent, currentSessionId: replaces } = input;
    return startSession(tx, { user, clientAddress, userAgent, replaces });
  });
}
