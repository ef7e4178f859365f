import { decodePostMessage } from './decode-message';
import { type Expectations, mustVerify, type OpenedMessage } from './open-message';
import { checkRelayState } from './relay-state';
import { verificationKeys } from './verification-keys';
import { hasSignature, verifyXmlSignature } from './verify-xml-signature';
import { parseXml } from './xml/parse';
import { messageLimits } from './xml/scan';

/** The fields of a form of the HTTP-POST binding. */
export interface PostedMessage {
  /** SAMLRequest or SAMLResponse, base64. */
  message: string;
  relayState?: string | undefined;
}

/**
 * Opens a message of the HTTP-POST binding (SAML Bindings 3.5). When its signature is verified, what is read are the octets that were
 * signed, parsed anew: what the signature does not cover does not exist.
 *
 * @throws SamlError
 */
export function openPost({ message, relayState }: PostedMessage, expected: Expectations): OpenedMessage {
  const root = parseXml(decodePostMessage(message), messageLimits);
  const present = hasSignature(root);
  const signed = mustVerify(present, expected);
  const trusted = signed
    ? parseXml(verifyXmlSignature(root, verificationKeys(expected.certificates)), messageLimits)
    : root;
  return { root: trusted, signed, ignoredSignature: present && !signed, relayState: checkRelayState(relayState) };
}
