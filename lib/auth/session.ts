import { cookies, headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { recordRefusal } from '@/lib/events/record';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { unfinishedLogout } from '@/lib/sso/logout/where';
import { sessionInToken } from './carried-session';
import { sessionCookieName } from './cookies';
import { type CurrentSession, findSession } from './find-session';
import { allows, type PermissionName } from './permissions';
import { clientAddressOf, pathHeader } from './request-info';

/** The session of the present request, or undefined when nobody is signed in. Read once per request. @param live as above */
export const getSession = cache(async (live = false): Promise<CurrentSession | undefined> => {
  await refreshDemoClock();
  const token = (await cookies()).get(sessionCookieName())?.value;
  const sessionId = await sessionInToken(token);
  return sessionId === undefined ? undefined : findSession(sessionId, clientAddressOf(await headers()), live);
});

/** Path at which this browser first ends what a session of it left at applications, whose session here is over. @param returnTo as there */
export async function getUnfinishedLogout(returnTo: string | undefined): Promise<string | undefined> {
  const sessionId = await sessionInToken((await cookies()).get(sessionCookieName())?.value);
  return sessionId === undefined ? undefined : unfinishedLogout(sessionId, returnTo);
}

/** Writes that somebody tried what the role does not allow. */
async function recordAccessRefused(session: CurrentSession, permission: PermissionName): Promise<void> {
  await recordRefusal({
    name: 'access_refused',
    actor: session.actor,
    code: 'forbidden',
    message: `The role ${session.user.role} does not include ${permission}.`,
    target: { type: 'user', id: session.user.id, name: session.user.username },
  });
}

/** True when this has to wait until the person has chosen a password of their own. */
function waitsForPassword(session: CurrentSession, permission: PermissionName): boolean {
  return session.mustChangePassword && permission !== 'account.password';
}

/**
 * For actions and routes. @param live for routes that a page asks by itself, again and again: that is no use of the session
 * @throws AppError `unauthenticated`, `password_change_required`, or `forbidden` (recorded as access_refused)
 */
export async function authorize(permission: PermissionName, live = false): Promise<CurrentSession> {
  const session = await getSession(live);
  if (!session) {
    throw new AppError('unauthenticated', 'You are signed out.', {
      hint: 'Sign in again in another tab; what you typed here is kept.',
    });
  }
  if (waitsForPassword(session, permission)) {
    throw new AppError('password_change_required', 'Choose a password of your own first.', {
      hint: 'Reload the page: it leads there.',
    });
  }
  if (!allows(session.user.role, permission)) {
    await recordAccessRefused(session, permission);
    throw new AppError('forbidden', 'Your role does not allow this.', { hint: 'Ask an administrator.' });
  }
  return session;
}

/**
 * For pages and layouts. Signed out: redirects to the sign-in page and back afterwards; likewise to the page where a
 * password of one's own is to be chosen. Without the permission: people of the role user go to the portal, others get the
 * 403 page; both are recorded as access_refused.
 */
export async function requireSession(permission: PermissionName): Promise<CurrentSession> {
  const session = await getSession();
  if (!session || waitsForPassword(session, permission)) {
    const page = session ? '/change-password' : '/sign-in';
    const path = (await headers()).get(pathHeader);
    redirect(path ? `${page}?callbackUrl=${encodeURIComponent(path)}` : page);
  }
  if (allows(session.user.role, permission)) return session;
  await recordAccessRefused(session, permission);
  if (session.user.role === 'user') redirect(links.portal());
  forbidden();
}

/** True when the signed-in person may: for showing or hiding a control. The server checks again when it is used. */
export function may(session: CurrentSession, permission: PermissionName): boolean {
  return allows(session.user.role, permission);
}
