import { AppError } from '@/lib/core/errors';
import { checkIssuer } from '@/lib/saml/check-issuer';
import { chooseAcs } from '@/lib/saml/choose-acs';
import { receivePost } from '@/lib/saml/receive-post';
import { receiveRedirect } from '@/lib/saml/receive-redirect';
import type { ReceivedRequest } from '@/lib/saml/receive-request';
import type { SsoSettings } from '@/lib/saml/schema';
import { alreadyAnswered } from './answered-requests';
import { type CarriedRequest, carryRequest } from './carry-request';
import { cameAs } from './failed-sign-ins/came-as';
import type { IncomingRequest } from './incoming-request';
import type { Provider } from './provider';
import { readSignIn } from './read-sign-in';
import { recordingRefusals } from './record-sign-in';

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
  const { provider, request, facts } = await readSignIn(slug, undefined, (known) =>
    received(known, incoming, clientAddress),
  );
  return recordingRefusals(provider, { clientAddress, incoming }, async () => {
    const kept = request();
    if (facts.answered) throw alreadyAnswered(provider);
    return { carried: carryRequest(provider.application.id, kept) };
  });
}

/** Verifies a request. Pure, but for the clock. @throws SamlError or AppError */
export function received(provider: Provider, incoming: IncomingRequest, clientAddress: string | null): CarriedRequest {
  // Real time, whatever the demo clock says: the service provider's clock is real.
  const now = new Date();
  const settings = requireActive(provider);
  const { request: read, signed, warnings, relayState } = verify(provider, settings, incoming, now);
  checkIssuer(read, settings);
  chooseAcs(read, settings);
  const { issueInstant: _, ...request } = read;
  const carried: CarriedRequest = {
    ...{ request, binding: incoming.binding, signed, warnings, receivedAtMs: now.getTime(), clientAddress },
    ...(relayState === undefined ? {} : { relayState }),
  };
  cameAs.set(carried, incoming);
  return carried;
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
