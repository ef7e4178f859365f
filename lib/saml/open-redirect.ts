import { findSignatureAlgorithm } from './algorithms';
import { decodeBase64, decodeRedirectMessage } from './decode-message';
import { SamlError } from './error';
import { type Expectations, mustVerify, type OpenedMessage } from './open-message';
import { checkRelayState } from './relay-state';
import { verificationKeys, verifiesWithAny } from './verification-keys';
import { hasSignature } from './verify-xml-signature';
import { parseXml } from './xml/parse';
import { messageLimits } from './xml/scan';

/** What carries the message: a request, or the response to one of ours. */
export type MessageParameter = 'SAMLRequest' | 'SAMLResponse';

const parameters = ['RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Parameter = MessageParameter | (typeof parameters)[number];

const maxQueryCharacters = 131_072;
const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';

/**
 * Opens a message of the HTTP-Redirect binding (SAML Bindings 3.4): decoded, its signature verified over the octets that came.
 *
 * @param rawQuery the query string exactly as it came over the wire, with or without `?`. The signature covers its
 *   octets, so nothing may have decoded and encoded it on the way.
 * @throws SamlError
 */
export function openRedirect(rawQuery: string, parameter: MessageParameter, expected: Expectations): OpenedMessage {
  const raw = splitQuery(rawQuery, parameter);
  const message = raw.get(parameter);
  if (message === undefined) throw new SamlError('parameter_missing', `There is no ${parameter}.`);
  const encoding = raw.get('SAMLEncoding');
  if (encoding !== undefined && decode(encoding) !== deflateEncoding) {
    throw new SamlError('malformed_encoding', 'The SAMLEncoding is not DEFLATE.');
  }
  const present = raw.has('Signature') || raw.has('SigAlg');
  const signed = mustVerify(present, expected);
  if (present && !(raw.has('Signature') && raw.has('SigAlg'))) {
    throw new SamlError('signature_malformed', 'Signature and SigAlg must come together.');
  }
  if (signed) verifyQuery(raw, parameter, expected.certificates);

  const root = parseXml(decodeRedirectMessage(decode(message)), messageLimits);
  if (hasSignature(root)) {
    throw new SamlError('signature_malformed', 'With HTTP-Redirect the signature is in the query, not in the message.');
  }
  const relayState = raw.get('RelayState');
  return {
    root,
    signed,
    ignoredSignature: present && !signed,
    relayState: checkRelayState(relayState === undefined ? undefined : decode(relayState)),
  };
}

/** The parameters we know, still percent-encoded; others are the SP's own and stay out of it. */
function splitQuery(rawQuery: string, message: MessageParameter): Map<Parameter, string> {
  if (rawQuery.length > maxQueryCharacters) throw new SamlError('too_large');
  const raw = new Map<Parameter, string>();
  for (const pair of rawQuery.replace(/^\?/, '').split('&')) {
    const at = pair.indexOf('=');
    const rawName = at === -1 ? pair : pair.slice(0, at);
    const name = [message, ...parameters].find((parameter) => parameter === decode(rawName));
    if (name === undefined) continue;
    // `%53AMLRequest` is SAMLRequest to some readers and not to others: nobody honest writes it.
    if (rawName !== name || raw.has(name)) {
      throw new SamlError('parameter_repeated', `The parameter ${name} is repeated or disguised.`);
    }
    raw.set(name, at === -1 ? '' : pair.slice(at + 1));
  }
  return raw;
}

// SAML Bindings 3.4.4.1: the signed octets are the original encoded values, in this order whatever the query's is.
function verifyQuery(
  raw: ReadonlyMap<Parameter, string>,
  message: MessageParameter,
  certificates: readonly string[],
): void {
  const sigAlg = decode(raw.get('SigAlg') ?? '');
  const algorithm = findSignatureAlgorithm(sigAlg);
  if (!algorithm) {
    throw new SamlError('algorithm_not_allowed', `SigAlg "${sigAlg.slice(0, 100)}" is not allowed.`, {
      hint: 'Let the application sign with RSA, RSASSA-PSS or ECDSA, and SHA-256, 384 or 512.',
    });
  }
  const octets = ([message, 'RelayState', 'SigAlg'] as const)
    .filter((name) => raw.has(name))
    .map((name) => `${name}=${raw.get(name)}`)
    .join('&');
  const signature = decodeBase64(decode(raw.get('Signature') ?? ''));
  if (!verifiesWithAny(verificationKeys(certificates), algorithm, octets, signature)) {
    throw new SamlError('signature_invalid');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new SamlError('malformed_encoding', 'The query is not correctly percent-encoded.', { cause });
  }
}
