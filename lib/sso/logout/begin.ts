import { newId } from '@/lib/core/ids';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';

/** Whom and what a logout ends. */
export interface LogoutToBegin {
  person: { id: string; username: string };
  /** Sessions here that end. */
  sessionIds: readonly string[];
  /** The one of them that the browser carries; undefined: none, so nobody can be asked by it. */
  browserSessionId: string | undefined;
  actor: Actor;
  /** Of the event of what ends here. */
  message?: string | undefined;
  /** Whose LogoutRequest it is, to be answered at the end. */
  startedBy?: { applicationId: string; requestId: string; relayState: string | undefined } | undefined;
  /** Path of this origin to go on at after signing in again. */
  returnTo?: string | undefined;
}

/** By which a logout is found in the events: random, so told to nobody else. */
export function referenceOf(logoutId: string): string {
  return logoutId.slice(-12);
}

/** What is said of a session at a service provider that hangs on a session in another browser. */
export const inAnotherBrowser = 'It was begun in another browser.';

/**
 * Ends sessions here, and notes the sessions at service providers that hang on them as a logout: what is still open is to be asked for through the
 * browser, one service provider after the other ({@link goOn}). In the caller's transaction.
 * @returns the logout's id; undefined where there was nothing at any service provider
 */
export async function beginLogout(tx: Tx, input: LogoutToBegin): Promise<string | undefined> {
  const { person, sessionIds, browserSessionId, startedBy } = input;
  // Real time: sessions live in it.
  const at = new Date();
  const ids = [...sessionIds];
  // Before their sessions elsewhere, as whoever signs in does.
  await tx.$queryRaw`SELECT id FROM sessions WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  const logout = {
    id: newId(),
    sessionId: browserSessionId ?? ids[0] ?? '',
    applicationId: startedBy?.applicationId ?? null,
    requestId: startedBy?.requestId ?? null,
    relayState: startedBy?.relayState ?? null,
    returnTo: input.returnTo ?? null,
    createdAt: at,
  };
  const open = { sessionId: { in: ids }, endedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: at } }] };
  const isAnyOpen = (await tx.samlSession.count({ where: open })) > 0;
  const { count } = await tx.session.updateMany({
    where: { id: { in: ids }, revokedAt: null },
    data: { revokedAt: at },
  });
  if (count > 0) {
    const target = { type: 'user' as const, id: person.id, name: person.username };
    const told = [input.message, ...(isAnyOpen ? [`Reference ${referenceOf(logout.id)}.`] : [])].filter(Boolean);
    const message = told.join(' ') || undefined;
    await recordEvents(tx, [{ name: 'session_end', actor: input.actor, target, message }]);
  }
  if (!isAnyOpen) return undefined;
  await tx.logout.create({ data: logout });
  await tx.samlSession.updateMany({ where: open, data: { logoutId: logout.id } });
  if (startedBy) {
    // Whoever asks has ended its own already.
    await tx.samlSession.updateMany({
      where: { logoutId: logout.id, applicationId: startedBy.applicationId },
      data: { endedAt: at },
    });
  }
  await tx.samlSession.updateMany({
    where: { logoutId: logout.id, endedAt: null, sessionId: { not: browserSessionId ?? '' } },
    data: { refusal: inAnotherBrowser },
  });
  return logout.id;
}
