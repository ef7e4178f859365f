import { AppError } from '@/lib/core/errors';
import { checkIssuer } from '@/lib/saml/check-issuer';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { SamlError } from '@/lib/saml/error';
import { receivePost } from '@/lib/saml/receive-post';
import { receiveRedirect } from '@/lib/saml/receive-redirect';
import type { ReceivedRequest } from '@/lib/saml/receive-request';
import type { SsoSettings } from '@/lib/saml/schema';
import { assertUnanswered } from './answered-requests';
import { carryRequest } from './carry-request';
import { getProvider, type Provider } from './provider';
import { recordRefusedSignIn } from './record-sign-in';

/** An AuthnRequest as it came over the wire. */
export type IncomingRequest =
  | { binding: 'HTTP-Redirect'; rawQuery: string }
  | { binding: 'HTTP-POST'; samlRequest: string; relayState?: string };

/**
 * Verifies a request and refuses one that was answered. Nothing is stored of it.
 * @returns what its sender goes on with, until somebody is signed in and it is answered
 * @throws SamlError or AppError, recorded as a refused sso_auth
 */
export async function receiveRequest(
  slug: string,
  incoming: IncomingRequest,
  clientAddress: string | null,
): Promise<{ carried: string }> {
  const provider = await getProvider(slug);
  // Real time, whatever the demo clock says: the service provider's clock is real.
  const now = new Date();
  try {
    const settings = requireActive(provider);
    const received = verify(provider, settings, incoming, now);
    checkIssuer(received.request, settings);
    chooseAcs(received.request, settings);
    await assertUnanswered(provider, received.request.id);
    const { issueInstant: _, ...request } = received.request;
    const { signed, warnings, relayState } = received;
    const carried = carryRequest(provider.application.id, {
      ...{ request, binding: incoming.binding, signed, warnings, receivedAtMs: now.getTime(), clientAddress },
      ...(relayState === undefined ? {} : { relayState }),
    });
    return { carried };
  } catch (error) {
    if (error instanceof SamlError || error instanceof AppError)
      await recordRefusedSignIn(provider, error, { clientAddress });
    throw error;
  }
}

/** @throws AppError `not_active`, for people */
export function requireActive(provider: Provider): SsoSettings {
  const { application, resolved } = provider;
  if (application.ssoStatus === 'active' && resolved.ok) return resolved.settings;
  throw new AppError('not_active', `Single sign-on to ${application.displayLabel} is not active.`, {
    hint: 'Ask your administrator to activate it, or sign in at the application itself.',
  });
}

function verify(provider: Provider, settings: SsoSettings, incoming: IncomingRequest, now: Date): ReceivedRequest {
  const expected = {
    destination: provider.addresses.idpUrl,
    certificates: settings.spCertificates,
    requireSigned: settings.requireSignedRequests,
    now,
    skewMs: settings.requestSkewMinutes * 60_000,
  };
  if (incoming.binding === 'HTTP-Redirect') return receiveRedirect({ ...expected, rawQuery: incoming.rawQuery });
  const { samlRequest, relayState } = incoming;
  return receivePost({ ...expected, samlRequest, ...(relayState === undefined ? {} : { relayState }) });
}
