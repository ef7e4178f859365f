import type { Tx } from '@/lib/db/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { readSettings } from '@/lib/installation/settings';
import { userTarget } from './internal/users';

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
 * @returns the session's id
 */
export async function startSession(tx: Tx, input: SessionInput): Promise<string> {
  // Real time, not the demo clock's: moving that one signs nobody out.
  const at = new Date();
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
