import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { readSettings } from '@/lib/settings/settings';
import { userTarget } from './user-target';

/** Sessions of one person: open ones, and those that are begun within an hour. */
const mostOpen = 100;
const mostAnHour = 600;

export interface SessionInput {
  user: { id: string; username: string };
  clientAddress: string | null;
  userAgent: string | null;
  /** The session that the same browser had until now: it ends. */
  replaces?: string | undefined;
}

/**
 * Starts a session in the caller's transaction, whenever a password was given: a new id each time, so that a cookie that
 * somebody planted or copied before opens nothing afterwards. Sessions at service providers that hang on the replaced one
 * go on with the new one where it is the same person's, SessionIndex and all; somebody else's stay with what ended.
 * A person has a hundred at most: the oldest end.
 * @returns the session's id
 * @throws AppError `rate_limited` for a person who signs in again and again
 */
export async function startSession(tx: Tx, input: SessionInput): Promise<string> {
  // Real time, not the demo clock's: moving that one signs nobody out.
  const at = new Date();
  await limitSessions(tx, input.user.id, at);
  const { settings } = await readSettings(tx);
  const session = await tx.session.create({
    data: {
      userId: input.user.id,
      authenticatedAt: at,
      lastSeenAt: at,
      expiresAt: new Date(at.getTime() + settings.sessionHours * 3_600_000),
      clientAddress: input.clientAddress,
      userAgent: input.userAgent?.slice(0, 400) ?? null,
    },
  });
  if (input.replaces) await endReplaced(tx, input.replaces, session.id, input);
  return session.id;
}

async function endReplaced(tx: Tx, oldId: string, newId: string, { user, clientAddress }: SessionInput): Promise<void> {
  const [old] = await tx.session.updateManyAndReturn({
    where: { id: oldId, revokedAt: null },
    data: { revokedAt: new Date() },
    include: { user: { select: { id: true, username: true } } },
  });
  if (!old) return;
  if (old.userId === user.id) {
    await tx.samlSession.updateMany({ where: { sessionId: oldId }, data: { sessionId: newId } });
    return;
  }
  const actor: Actor = { ...systemActor, clientAddress };
  const message = `${user.username} signed in in the same browser.`;
  await recordEvents(tx, [{ name: 'session_end', actor, target: userTarget(old.user), message }]);
}

/** Each leaves a row for a week after its end, whoever has the password. */
async function limitSessions(tx: Tx, userId: string, at: Date): Promise<void> {
  const lately = { userId, createdAt: { gt: new Date(at.getTime() - 3_600_000) } };
  if ((await tx.session.count({ where: lately })) >= mostAnHour) {
    const { _min: first } = await tx.session.aggregate({ where: lately, _min: { createdAt: true } });
    const retryAfterSeconds = Math.ceil(((first.createdAt ?? at).getTime() + 3_600_000 - at.getTime()) / 1_000);
    throw new AppError('rate_limited', 'You have signed in too often within an hour.', {
      hint: 'Try again later. If it was not you, change your password.',
      details: { retryAfterSeconds },
    });
  }
  await tx.$executeRaw`
    UPDATE sessions SET revoked_at = ${at} WHERE id IN (
      SELECT id FROM sessions WHERE user_id = ${userId}::uuid AND revoked_at IS NULL AND expires_at > ${at}
      ORDER BY created_at DESC OFFSET ${mostOpen - 1})`;
}
