import { cookies, headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { decode } from 'next-auth/jwt';
import { cache } from 'react';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { links } from '@/lib/core/links';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordRefusal } from '@/lib/events/record';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { getSettings } from '@/lib/settings/settings';
import { authSecret, sessionCookieName } from './cookies';
import { allows, type PermissionName, type Role } from './permissions';
import { clientAddressOf, pathHeader } from './request-info';

/** Who is asking, as the database knows it at this moment. */
export interface CurrentSession {
  sessionId: string;
  /** When the password was last given. */
  authenticatedAt: Date;
  /** Nothing but the own password is open before a new one is chosen. */
  mustChangePassword: boolean;
  user: { id: string; username: string; displayName: string; email: string; role: Role };
  /** What domain commands and events want to know of the caller. */
  actor: Actor;
}

/** How often `lastSeenAt` is written, in milliseconds. */
const lastSeenStep = 60_000;

/**
 * Reads one session from the database. Undefined when it is unknown, revoked, expired, or was not used for as long as the
 * settings say, or its person is suspended or deleted. Sessions live in real time: moving the demo clock signs nobody out.
 * @param live for what a page asks for by itself: it counts as no use
 */
export async function findSession(
  sessionId: string,
  clientAddress: string | null,
  live = false,
): Promise<CurrentSession | undefined> {
  const row = await db.session.findUnique({
    where: { id: sessionId },
    include: {
      user: {
        select: {
          id: true,
          username: true,
          displayName: true,
          email: true,
          role: true,
          status: true,
          deletedAt: true,
          mustChangePassword: true,
        },
      },
    },
  });
  const at = new Date();
  if (!row || row.revokedAt || row.expiresAt <= at) return undefined;
  if (row.user.status !== 'active' || row.user.deletedAt) return undefined;
  const { sessionIdleMinutes } = await getSettings();
  if (at.getTime() - row.lastSeenAt.getTime() > sessionIdleMinutes * 60_000) return undefined;
  const stale = new Date(at.getTime() - lastSeenStep);
  if (!live && row.lastSeenAt < stale) {
    await db.session.updateMany({ where: { id: row.id, lastSeenAt: { lt: stale } }, data: { lastSeenAt: at } });
  }
  const { id, username, displayName, email, role } = row.user;
  return {
    sessionId: row.id,
    authenticatedAt: row.authenticatedAt,
    mustChangePassword: row.user.mustChangePassword,
    user: { id, username, displayName, email, role },
    actor: { id, name: username, clientAddress },
  };
}

/** The session of the present request, or undefined when nobody is signed in. Read once per request. @param live as above */
export const getSession = cache(async (live = false): Promise<CurrentSession | undefined> => {
  await refreshDemoClock();
  const token = (await cookies()).get(sessionCookieName())?.value;
  if (!token) return undefined;
  const claims = await decode({ token, secret: authSecret() }).catch(() => null);
  const sessionId = claims?.sessionId;
  if (typeof sessionId !== 'string' || !isUuid(sessionId)) return undefined;
  return findSession(sessionId, clientAddressOf(await headers()), live);
});

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
