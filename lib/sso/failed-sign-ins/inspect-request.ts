import { X509Certificate } from 'node:crypto';
import { decodePostMessage, decodeRedirectMessage } from '@/lib/saml/decode-message';
import { type AuthnRequest, readAuthnRequest } from '@/lib/saml/read-authn-request';
import { namespaces } from '@/lib/saml/schema';
import { verificationKeys } from '@/lib/saml/verification-keys';
import { hasSignature, verifyXmlSignature } from '@/lib/saml/verify-xml-signature';
import { parseXml } from '@/lib/saml/xml/parse';
import { messageLimits } from '@/lib/saml/xml/scan';
import { descendants, type XmlElement } from '@/lib/saml/xml/tree';
import type { CarriedRequest } from '../carry-request';
import type { IncomingRequest } from '../incoming-request';
import type { AskedRequest } from './schema';
import { storable } from './storable';

const mostXml = 16_384;
const mostText = 1_024;

/** What a request that came says of itself, as far as it can be read. Nothing of it is verified: to show it, and to decide nothing. Pure. */
export function inspectIncoming(incoming: IncomingRequest): AskedRequest {
  const { binding } = incoming;
  const { message, relayState, signed } = partsOf(incoming);
  const about: AskedRequest = {
    binding,
    ...(signed ? { signed } : {}),
    ...(relayState === undefined ? {} : { relayStateBytes: Buffer.byteLength(relayState) }),
  };
  const xml = attempt(() => (binding === 'HTTP-POST' ? decodePostMessage(message) : decodeRedirectMessage(message)));
  if (xml === undefined) return about;
  const decoded = { ...about, xml: storable(xml, mostXml) };
  const root = attempt(() => parseXml(xml, messageLimits));
  if (!root) return decoded;
  const certificate = attempt(() => signersCertificate(root));
  const request = attempt(() => readAuthnRequest(root));
  return {
    ...decoded,
    ...(hasSignature(root) ? { signed: true } : {}),
    ...(certificate ? { certificate } : {}),
    ...(request ? { ...said(request), issueInstant: request.issueInstant.toISOString() } : {}),
  };
}

/** The same of a request that was verified and carried. */
export function inspectKept({ request, binding, signed, relayState }: CarriedRequest): AskedRequest {
  return {
    binding,
    signed,
    ...said(request),
    ...(relayState === undefined ? {} : { relayStateBytes: Buffer.byteLength(relayState) }),
  };
}

function said(request: Omit<AuthnRequest, 'issueInstant'>): AskedRequest {
  const text = (name: keyof AskedRequest, value: string | undefined) =>
    value === undefined ? {} : { [name]: storable(value, mostText) };
  return {
    ...text('requestId', request.id),
    ...text('issuer', request.issuer),
    ...text('destination', request.destination),
    // One that is cut would be another address: it cannot be registered either.
    ...text('acsUrl', request.acsUrl),
    ...(request.acsIndex === undefined ? {} : { acsIndex: request.acsIndex }),
    ...text('protocolBinding', request.protocolBinding),
    ...text('nameIdFormat', request.nameIdPolicy?.format),
    ...text('subject', request.subject?.value),
    ...(request.requestedAuthnContext
      ? { contexts: request.requestedAuthnContext.classes.slice(0, 10).map((name) => storable(name, mostText)) }
      : {}),
    ...(request.forceAuthn ? { forceAuthn: true } : {}),
    ...(request.isPassive ? { isPassive: true } : {}),
  };
}

function partsOf(incoming: IncomingRequest): { message: string; relayState?: string | undefined; signed: boolean } {
  if (incoming.binding === 'HTTP-POST') {
    return { message: incoming.samlRequest, relayState: incoming.relayState, signed: false };
  }
  const query = new URLSearchParams(incoming.rawQuery);
  return {
    message: query.get('SAMLRequest') ?? '',
    relayState: query.get('RelayState') ?? undefined,
    signed: query.has('Signature'),
  };
}

/** The certificate that stands beside a signature which its key has made: who has sent it is not known by that. PEM. */
function signersCertificate(root: XmlElement): string | undefined {
  for (const element of descendants(root)) {
    if (element.localName !== 'X509Certificate' || element.namespaceURI !== namespaces.signature) continue;
    const certificate = new X509Certificate(Buffer.from(element.textContent, 'base64')).toString();
    verifyXmlSignature(root, verificationKeys([certificate]));
    return certificate;
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
