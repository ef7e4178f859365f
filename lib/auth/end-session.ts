import { db, transaction } from '@/lib/db/client';
import { recordEvents } from '@/lib/events/record';

/** Signing out ends the session in the database as well: a copied cookie is worth nothing afterwards. */
export async function endSession(sessionId: string): Promise<void> {
  const session = await db.session.findUnique({ where: { id: sessionId }, include: { user: true } });
  if (!session) return;
  const { id, username } = session.user;
  await transaction(async (tx) => {
    const ended = await tx.session.updateMany({
      where: { id: session.id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (ended.count === 0) return;
    await recordEvents(tx, [
      {
        name: 'session_end',
        actor: { id, name: username, clientAddress: session.clientAddress },
        target: { type: 'user', id, name: username },
      },
    ]);
  });
}
