import { checkIssuer } from '@/lib/saml/check-issuer';
import type { Expectations } from '@/lib/saml/open-message';
import { openPost } from '@/lib/saml/open-post';
import { type MessageParameter, openRedirect } from '@/lib/saml/open-redirect';
import type { LogoutRequest } from '@/lib/saml/read-logout-request';
import type { LogoutResponse } from '@/lib/saml/read-logout-response';
import { acceptLogoutRequest, acceptLogoutResponse } from '@/lib/saml/receive-logout';
import type { SsoSettings } from '@/lib/saml/schema';
import type { Provider } from '../provider';
import { requireActive } from '../receive-request';

/** A logout message as it came over the wire. */
export type IncomingLogout =
  | { binding: 'HTTP-Redirect'; rawQuery: string }
  | { binding: 'HTTP-POST'; message: string; relayState: string | undefined };

export interface ReceivedLogout<Message> {
  message: Message;
  settings: SsoSettings;
  /** True only when a configured certificate verified the signature. */
  signed: boolean;
  relayState: string | undefined;
}

/** Verifies a LogoutRequest of a service provider. Pure, but for the clock. @throws SamlError, AppError `not_active` */
export function receiveLogoutRequest(provider: Provider, incoming: IncomingLogout): ReceivedLogout<LogoutRequest> {
  return receive(provider, incoming, 'SAMLRequest', acceptLogoutRequest);
}

/** The same of its answer to one of ours; which one, is to be looked up. @throws as above */
export function receiveLogoutResponse(provider: Provider, incoming: IncomingLogout): ReceivedLogout<LogoutResponse> {
  return receive(provider, incoming, 'SAMLResponse', acceptLogoutResponse);
}

function receive<Message extends { issuer: string }>(
  provider: Provider,
  incoming: IncomingLogout,
  parameter: MessageParameter,
  accept: (opened: ReturnType<typeof openPost>, expected: Expectations) => Message,
): ReceivedLogout<Message> {
  const settings = requireActive(provider);
  const expected = {
    destination: provider.addresses.logoutUrl,
    certificates: settings.spCertificates,
    requireSigned: settings.requireSignedLogout && settings.spCertificates.length > 0,
    // Real time, whatever the demo clock says: the service provider's clock is real.
    now: new Date(),
    skewMs: settings.requestSkewMinutes * 60_000,
  };
  const opened =
    incoming.binding === 'HTTP-Redirect'
      ? openRedirect(incoming.rawQuery, parameter, expected)
      : openPost(incoming, expected);
  const message = accept(opened, expected);
  checkIssuer(message, settings);
  return { message, settings, signed: opened.signed, relayState: opened.relayState };
}
