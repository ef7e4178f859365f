import { decodePostMessage } from './decode-message';
import { acceptRequest, type Expectations, mustVerify, type ReceivedRequest } from './receive-request';
import { checkRelayState } from './relay-state';
import { verificationKeys } from './verification-keys';
import { hasSignature, verifyXmlSignature } from './verify-xml-signature';
import { parseXml } from './xml/parse';
import { messageLimits } from './xml/scan';

/**
 * Receives an AuthnRequest of the HTTP-POST binding (SAML Bindings 3.5). When its signature is verified, the request is
 * read from the octets that were signed, parsed anew: what the signature does not cover does not exist.
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
  const root = parseXml(decodePostMessage(samlRequest), messageLimits);
  const present = hasSignature(root);
  const signed = mustVerify(present, expected);
  const trusted = signed
    ? parseXml(verifyXmlSignature(root, verificationKeys(expected.certificates)), messageLimits)
    : root;
  return acceptRequest(trusted, expected, {
    signed,
    ignoredSignature: present && !signed,
    relayState: checkRelayState(relayState),
  });
}
