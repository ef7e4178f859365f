import type { Tx } from '@/lib/db/client';
import { createSamlId } from '@/lib/saml/saml-id';

export interface SamlSessionInput {
  applicationId: string;
  /** Of the identity provider. */
  sessionId: string;
  /** When the password was given. */
  authenticatedAt: Date;
  nameId: string;
  /** NameID is another one at each sign-in, and says nothing about whose session it is. */
  transient: boolean;
  /** How long a session over there may last, in minutes. */
  sessionMinutes: number;
  now: Date;
}

export interface SamlSessionFacts {
  sessionIndex: string;
  /** SessionNotOnOrAfter. */
  endsAt: Date;
}

/**
 * Locks a session of the identity provider until the transaction ends, so that no assertion goes out for one that is being
 * ended. @returns when it ends; undefined where it has
 */
export async function lockSession(tx: Tx, sessionId: string, now: Date): Promise<Date | undefined> {
  const [row] = await tx.$queryRaw<{ expiresAt: Date; revokedAt: Date | null }[]>`
    SELECT expires_at AS "expiresAt", revoked_at AS "revokedAt" FROM sessions WHERE id = ${sessionId}::uuid FOR UPDATE`;
  return row && !row.revokedAt && row.expiresAt > now ? row.expiresAt : undefined;
}

/**
 * The session at the service provider: every sign-in there by one giving of the password is the same one (SAML Core 2.7.2),
 * so SessionIndex and SessionNotOnOrAfter stay. It never outlives the session here; once it is over, or the password was given
 * again, the next sign-in begins another.
 *
 * @param expiresAt when the session here ends; it is locked
 */
export async function holdSamlSession(tx: Tx, input: SamlSessionInput, expiresAt: Date): Promise<SamlSessionFacts> {
  const { applicationId, sessionId, authenticatedAt, nameId, transient, sessionMinutes, now } = input;
  const held = await tx.samlSession.findFirst({
    where: {
      ...{ applicationId, sessionId, createdAt: { gte: authenticatedAt }, endsAt: { gt: now } },
      ...(transient ? {} : { nameId }),
    },
    orderBy: { createdAt: 'desc' },
  });
  if (held?.endsAt) {
    if (transient) await tx.samlSession.update({ where: { id: held.id }, data: { nameId } });
    return { sessionIndex: held.sessionIndex, endsAt: held.endsAt };
  }
  const endsAt = new Date(Math.min(now.getTime() + sessionMinutes * 60_000, expiresAt.getTime()));
  const sessionIndex = createSamlId();
  // Clocks of two processes differ: what is begun now was begun after the password was given.
  const createdAt = new Date(Math.max(now.getTime(), authenticatedAt.getTime()));
  await tx.samlSession.create({ data: { applicationId, sessionId, sessionIndex, nameId, endsAt, createdAt } });
  return { sessionIndex, endsAt };
}
