import { links } from '@/lib/core/links';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { beginLogout } from './begin';
import { pathToGoOn, sealLogout } from './carry-logout';

/** Path of this origin at which a browser goes on with a logout. */
export async function whereItGoesOn(tx: Tx, logoutId: string): Promise<string> {
  const next = await tx.samlSession.findFirst({
    where: { logoutId, endedAt: null, refusal: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { application: { select: { slug: true } } },
  });
  return next ? pathToGoOn(next.application.slug, logoutId) : links.signedOut(sealLogout(logoutId));
}

/**
 * What a browser has yet to do whose session was ended without it (revoked, the person suspended), or that broke off half-way: each
 * service provider that takes LogoutRequests is asked once. Looks at one session.
 * @param returnTo path of this origin to go on at after signing in again
 * @returns path of this origin; undefined where there is nothing to do, as almost always
 */
export async function unfinishedLogout(sessionId: string, returnTo: string | undefined): Promise<string | undefined> {
  const [waiting] = await db.$queryRaw<{ userId: string; username: string; logoutId: string | null }[]>`
    SELECT u.id AS "userId", u.username,
      (SELECT l.id FROM logouts l WHERE l.session_id = i.id AND l.finished_at IS NULL ORDER BY l.created_at DESC LIMIT 1) AS "logoutId"
    FROM sessions i JOIN users u ON u.id = i.user_id
    WHERE i.id = ${sessionId}::uuid AND i.revoked_at IS NOT NULL AND (EXISTS (
        SELECT 1 FROM logouts l WHERE l.session_id = i.id AND l.finished_at IS NULL) OR EXISTS (
      SELECT 1 FROM saml_sessions h JOIN sso_settings s ON s.application_id = h.application_id
      WHERE h.session_id = i.id AND h.ended_at IS NULL AND h.asked_at IS NULL AND h.refusal IS NULL AND h.ends_at > ${new Date()}
        AND coalesce(s.settings->>'logoutUrl', '') <> ''))`;
  if (!waiting) return undefined;
  return transaction(async (tx) => {
    const logoutId =
      waiting.logoutId ??
      (await beginLogout(tx, {
        person: { id: waiting.userId, username: waiting.username },
        sessionIds: [sessionId],
        browserSessionId: sessionId,
        actor: systemActor,
        returnTo,
      }));
    return logoutId && whereItGoesOn(tx, logoutId);
  });
}
