import { db, type Tx, transaction } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { SamlStatus } from '@/lib/saml/answer-policy';
import { SamlError } from '@/lib/saml/error';
import { createSamlId } from '@/lib/saml/saml-id';
import type { AcsUrl, SsoSettings } from '@/lib/saml/schema';
import { writeErrorResponse } from '@/lib/saml/write-response';
import { getSigningKey, type Provider } from './provider';
import type { KeptRequest } from './receive-request';

/** The signed-in person who asks. */
export interface SignedIn {
  sessionId: string;
  userId: string;
  authenticatedAt: Date;
  actor: Actor;
}

export type Answer =
  /** Sign in first; with `prompt`, give the password again. `identifier`: what the service provider calls the person. */
  | { kind: 'sign_in'; prompt: boolean; identifier?: string }
  /** Carry this response to the ACS. */
  | { kind: 'post'; acsUrl: string; samlResponse: string; relayState: string | undefined }
  /** IdP-initiated sign-in is switched off: the service provider starts. */
  | { kind: 'redirect'; url: string };

/** A request under way, and what it is answered with. */
export interface Ask {
  provider: Provider;
  settings: SsoSettings;
  acs: AcsUrl;
  /** Absent where the sign-in starts here. */
  kept: (KeptRequest & { rowId: string; receivedAt: Date }) | undefined;
  /** Goes back with the answer, unchanged. */
  relayState: string | undefined;
}

/** A kept request that may be answered. @throws SamlError `request_expired`, `request_replayed` */
export async function loadKept(
  provider: Provider,
  id: string,
): Promise<Pick<Ask, 'relayState'> & { kept: NonNullable<Ask['kept']> }> {
  const row = await db.authnRequest.findFirst({ where: { id, applicationId: provider.application.id } });
  if (!row || row.expiresAt < new Date()) {
    throw new SamlError('request_expired', 'This sign-in was started too long ago.', {
      hint: `Go back to ${provider.application.displayLabel} and sign in again.`,
    });
  }
  if (row.answeredAt) throw alreadyAnswered(provider);
  const kept = row.request as unknown as KeptRequest;
  return {
    kept: { ...kept, rowId: row.id, receivedAt: row.receivedAt },
    relayState: row.relayState ?? undefined,
  };
}

/** What whoever comes again is told. */
export function alreadyAnswered(provider: Provider): SamlError {
  return new SamlError('request_replayed', 'This sign-in was answered already, and each works once.', {
    hint: `If ${provider.application.displayLabel} does not know you, start again there.`,
  });
}

/**
 * Sends a SAML status back to the service provider, which asked for something that is not given.
 * @param told what the event says, where administrators are told more than the service provider
 */
export async function refuse(
  ask: Ask,
  status: SamlStatus,
  session: SignedIn | undefined,
  told = status.message,
): Promise<Answer> {
  const { provider, settings } = ask;
  const now = new Date();
  const samlResponse = writeErrorResponse({
    responseId: createSamlId(),
    issuer: provider.addresses.idpEntityId,
    destination: ask.acs.url,
    inResponseTo: ask.kept?.request.id,
    issueInstant: now,
    status,
    signing: { key: await getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  });
  await transaction((tx) => closeRequest(tx, ask, now));
  const code = status.subcode?.split(':').at(-1) ?? 'Requester';
  await recordEvents(db, [
    {
      name: 'sso_auth',
      actor: session?.actor ?? { id: null, name: 'Not signed in', clientAddress: null },
      outcome: 'error',
      application: provider.application,
      code,
      message: told,
    },
  ]);
  return post(ask, samlResponse);
}

/** Each request is answered once, whoever else goes on with it at the same moment. */
export async function closeRequest(tx: Tx, ask: Ask, now: Date): Promise<void> {
  if (!ask.kept) return;
  const { count } = await tx.authnRequest.updateMany({
    where: { id: ask.kept.rowId, answeredAt: null },
    data: { answeredAt: now },
  });
  if (count === 0) throw alreadyAnswered(ask.provider);
}

/** Carries a response to the ACS. */
export function post({ acs, relayState }: Ask, samlResponse: string): Answer {
  return { kind: 'post', acsUrl: acs.url, samlResponse, relayState };
}
