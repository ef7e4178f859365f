import type { Expectations } from './open-message';
import { openRedirect } from './open-redirect';
import { acceptRequest, type ReceivedRequest } from './receive-request';

/**
 * Receives an AuthnRequest of the HTTP-Redirect binding (SAML Bindings 3.4).
 *
 * @param rawQuery the query string exactly as it came over the wire, with or without `?`
 * @throws SamlError
 */
export function receiveRedirect({ rawQuery, ...expected }: Expectations & { rawQuery: string }): ReceivedRequest {
  return acceptRequest(openRedirect(rawQuery, 'SAMLRequest', expected), expected);
}
