import { keyInfoToPem } from '@node-saml/node-saml/lib/crypto.js';
import { getVerifiedXml } from '@node-saml/node-saml/lib/xml.js';
import type { Checks } from './checks';
import { children, type OpenedResponse } from './open-response';

/** Checks that something is signed, and every signature that is there: a strict service provider overlooks no bad one. */
export function checkSignatures(checks: Checks, { root, xml, assertion }: OpenedResponse, certificate: string): void {
  const signed = [
    { what: 'response', element: root, xml },
    ...(assertion ? [{ what: 'assertion', ...assertion }] : []),
  ].filter(({ element }) => children(element, 'Signature').length > 0);
  const what = signed.map((one) => one.what).join(' and ');
  const wanted = 'A signature on the response or the assertion';
  if (!checks.note('signed', signed.length > 0, wanted, what ? `On the ${what}` : 'No signature')) return;

  const algorithms = signed.flatMap(({ element }) => algorithmsOf(element));
  const weak = algorithms.some((uri) => /sha1$|md5$/i.test(uri));
  checks.note('algorithm', !weak, 'SHA-256 or better', [...new Set(algorithms)].join(', '));
  const bad = signed.filter((one) => !verifies(one, certificate)).map((one) => one.what);
  const came = bad.length === 0 ? `It does, on the ${what}` : `Invalid signature on the ${bad.join(' and ')}`;
  checks.note('signature', bad.length === 0, 'Every signature verifies', came);
}

function algorithmsOf(signed: Element): string[] {
  return [
    ...children(signed, 'Signature', 'SignedInfo', 'SignatureMethod'),
    ...children(signed, 'Signature', 'SignedInfo', 'Reference', 'DigestMethod'),
  ].map((element) => element.getAttribute('Algorithm') ?? '');
}

function verifies({ xml, element }: { xml: string; element: Element }, certificate: string): boolean {
  try {
    return getVerifiedXml(xml, element, [keyInfoToPem(certificate, 'CERTIFICATE')]) !== null;
  } catch {
    return false;
  }
}
