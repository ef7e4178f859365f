import { db, transaction } from '@/lib/db/client';
import { beginLogout } from './begin';
import { whereItGoesOn } from './where';

/**
 * Signing out ends the session in the database as well: a copied cookie is worth nothing afterwards.
 * @returns path at which the browser has the sessions at service providers ended, too; undefined where there are none
 */
export async function endSession(sessionId: string): Promise<string | undefined> {
  const session = await db.session.findUnique({ where: { id: sessionId }, include: { user: true } });
  if (!session || session.revokedAt) return undefined;
  const { id, username } = session.user;
  return transaction(async (tx) => {
    const logoutId = await beginLogout(tx, {
      person: { id, username },
      sessionIds: [session.id],
      browserSessionId: session.id,
      actor: { id, name: username, clientAddress: session.clientAddress },
    });
    return logoutId && whereItGoesOn(tx, logoutId);
  });
}
