import type { Tx } from '@/lib/db/client';
import type { IssuedNameId } from '@/lib/saml/match-subject';
import type { LogoutRequest } from '@/lib/saml/read-logout-request';
import { nameIdFormats } from '@/lib/saml/schema';
import type { Provider } from '../provider';

/** A session at a service provider that a LogoutRequest means. */
export interface MatchedSession {
  sessionId: string;
  isOpen: boolean;
  userId: string;
  username: string;
}

/** Sessions of one person there: a person has a hundred here. */
const mostMatched = 200;

/**
 * Which sessions a LogoutRequest means (SAML Core 3.7.1, 3.7.3): those of the application that were begun by this very NameID, and
 * have one of the SessionIndexes, where it names any.
 */
export async function matchSessions(
  tx: Tx,
  provider: Provider,
  spEntityId: string,
  { nameId, sessionIndexes }: Pick<LogoutRequest, 'nameId' | 'sessionIndexes'>,
): Promise<MatchedSession[]> {
  // No alternative identifier is ever set up, and names of other parties mean nobody here (SAML Core 8.3.7).
  if (nameId.spProvidedId !== undefined) return [];
  if (nameId.nameQualifier !== undefined && nameId.nameQualifier !== provider.addresses.idpEntityId) return [];
  if (nameId.spNameQualifier !== undefined && nameId.spNameQualifier !== spEntityId) return [];
  const rows = await tx.samlSession.findMany({
    where: {
      applicationId: provider.application.id,
      nameId: nameId.value,
      ...(sessionIndexes.length > 0 ? { sessionIndex: { in: sessionIndexes } } : {}),
    },
    orderBy: { createdAt: 'desc' },
    take: mostMatched,
    select: {
      sessionId: true,
      endedAt: true,
      issuedNameId: true,
      session: { select: { user: { select: { id: true, username: true } } } },
    },
  });
  const format = nameId.format ?? nameIdFormats.unspecified;
  return rows
    .filter((row) => {
      const issued = row.issuedNameId as IssuedNameId | null;
      return format === nameIdFormats.unspecified || issued === null || issued.format === format;
    })
    .map(({ sessionId, endedAt, session: { user } }) => ({
      ...{ sessionId, isOpen: endedAt === null, userId: user.id, username: user.username },
    }));
}
