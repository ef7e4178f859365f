import { db } from '@/lib/db/client';
import { isLive, noteSeen } from '@/lib/directory/live-session';
import type { Actor } from '@/lib/events/actor';
import { getSettings } from '@/lib/settings/settings';
import type { Role } from './permissions';

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
  if (row?.user.status !== 'active' || row.user.deletedAt) return undefined;
  if (!isLive(row, (await getSettings()).sessionIdleMinutes, at)) return undefined;
  if (!live) await noteSeen(row, at);
  const { id, username, displayName, email, role } = row.user;
  return {
    sessionId: row.id,
    authenticatedAt: row.authenticatedAt,
    mustChangePassword: row.user.mustChangePassword,
    user: { id, username, displayName, email, role },
    actor: { id, name: username, clientAddress },
  };
}
