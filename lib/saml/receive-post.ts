import type { Expectations } from './open-message';
import { openPost } from './open-post';
import { acceptRequest, type ReceivedRequest } from './receive-request';

/**
 * Receives an AuthnRequest of the HTTP-POST binding (SAML Bindings 3.5).
 *
 * @param samlRequest the form value, base64
 * @param relayState the form value, if there was one
 * @throws SamlError
 */
export function receivePost({
  samlRequest,
  relayState,
  ...expected
}: Expectations & { samlRequest: string; relayState?: string }): ReceivedRequest {
  return acceptRequest(openPost({ message: samlRequest, relayState }, expected), expected);
}
