import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { algorithms, signatureUriOf } from './algorithms';
import type { MessageParameter } from './open-redirect';
import type { LogoutBinding } from './schema';
import { type Signable, type Signing, signElement } from './sign-element';

/** How a message goes out by the browser. */
export type Outgoing =
  | { kind: 'redirect'; url: string }
  | { kind: 'post'; url: string; parameter: MessageParameter; message: string; relayState: string | undefined };

/**
 * Signs a message for the binding that it goes out by: HTTP-POST carries the signature in the message, HTTP-Redirect beside it, over
 * the octets of the query (SAML Bindings 3.4.4.1).
 * @param url of the service provider; a query of its own stays
 */
export function sendMessage(
  { url, binding, relayState }: { url: string; binding: LogoutBinding; relayState?: string | undefined },
  parameter: MessageParameter,
  message: Signable,
  signing: Signing,
): Outgoing {
  if (binding === 'post') {
    return { kind: 'post', url, parameter, message: signElement(message, signing), relayState };
  }
  const query = redirectQuery(parameter, message.head + message.tail, relayState, signing);
  return { kind: 'redirect', url: `${url}${url.includes('?') ? '&' : '?'}${query}` };
}

function redirectQuery(
  parameter: MessageParameter,
  xml: string,
  relayState: string | undefined,
  { key, algorithm }: Signing,
): string {
  const signed = [
    `${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
    `SigAlg=${encodeURIComponent(signatureUriOf(algorithm, key))}`,
  ].join('&');
  const { hash } = algorithms[algorithm];
  // For EC: r and s side by side, as in a message (XML Signature 1.1, 6.4.3). RSA does not ask.
  const value = sign(hash, Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}&Signature=${encodeURIComponent(value.toString('base64'))}`;
}
