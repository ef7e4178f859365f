import { db } from '@/lib/db/client';

/** How often `lastSeenAt` is written, in milliseconds. */
const lastSeenStepMs = 60_000;

/** What says of a session whether it is good, and until when. */
export interface SessionTimes {
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/**
 * Whether a session is good at a moment: neither revoked nor over, nor unused for as long as the settings say. Whose it is, is another
 * question. Sessions live in real time: moving the demo clock signs nobody out. Pure.
 */
export function isLive(session: SessionTimes, idleMinutes: number, at: Date): boolean {
  if (session.revokedAt || session.expiresAt <= at) return false;
  return at.getTime() - session.lastSeenAt.getTime() <= idleMinutes * 60_000;
}

/** What was seen before this moment is written anew. */
export function seenBefore(at: Date): Date {
  return new Date(at.getTime() - lastSeenStepMs);
}

/** Notes that a session is in use, once a minute. */
export async function noteSeen({ id, lastSeenAt }: { id: string; lastSeenAt: Date }, at: Date): Promise<void> {
  const stale = seenBefore(at);
  if (lastSeenAt >= stale) return;
  await db.session.updateMany({ where: { id, lastSeenAt: { lt: stale } }, data: { lastSeenAt: at } });
}
