import type { Actor } from '@/lib/events/actor';
import type { SamlStatus } from '@/lib/saml/answer-policy';
import { createSamlId } from '@/lib/saml/saml-id';
import type { AcsUrl, SsoSettings } from '@/lib/saml/schema';
import { writeErrorResponse } from '@/lib/saml/write-response';
import type { CarriedRequest } from './carry-request';
import { getSigningKey, type Provider } from './provider';
import { recordRefusedSignIn } from './record-sign-in';

/** The signed-in person who asks. */
export interface SignedIn {
  sessionId: string;
  userId: string;
  authenticatedAt: Date;
  actor: Actor;
}

/** Who asks: the session of the identity provider that the browser carries, be it good or not. */
export interface Caller {
  sessionId: string;
  clientAddress?: string | null;
}

export type Answer =
  /**
   * Sign in first; with `prompt`, give the password again. `identifier`: what the service provider calls the person.
   * `carried`: what to go on with afterwards, where whoever asked does not have it yet.
   */
  | { kind: 'sign_in'; prompt: boolean; identifier?: string; carried?: string }
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
  kept: CarriedRequest | undefined;
  /** Goes back with the answer, unchanged. */
  relayState: string | undefined;
}

/**
 * Sends a SAML status back to the service provider, which asked for something that is not given. It uses nothing up: asked
 * again, it is answered the same.
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
    signing: { key: getSigningKey(provider), algorithm: settings.signatureAlgorithm },
  });
  const code = status.subcode?.split(':').at(-1) ?? 'Requester';
  const who = session ? { actor: session.actor } : { clientAddress: ask.kept?.clientAddress ?? null };
  await recordRefusedSignIn(provider, { code, message: told ?? '' }, { ...who, kept: () => ask.kept });
  return post(ask, samlResponse);
}

/** Carries a response to the ACS. */
export function post({ acs, relayState }: Ask, samlResponse: string): Answer {
  return { kind: 'post', acsUrl: acs.url, samlResponse, relayState };
}
