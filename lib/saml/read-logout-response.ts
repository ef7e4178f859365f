import { attributeOf, childrenOf, malformed, onlyChild, optional, textOf } from './read-element';
import { type MessageHead, readHead } from './read-head';
import { namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/** What became of a LogoutRequest of ours (SAML Core 3.7.2), read but not yet judged. */
export interface LogoutResponse extends MessageHead {
  inResponseTo: string;
  /** Status codes from the first level down (SAML Core 3.2.2.2). */
  statusCodes: string[];
  statusMessage?: string;
}

const known = {
  attributes: ['ID', 'InResponseTo', 'Version', 'IssueInstant', 'Destination', 'Consent'],
  children: {
    [namespaces.assertion]: ['Issuer'],
    [namespaces.signature]: ['Signature'],
    [namespaces.protocol]: ['Extensions', 'Status'],
  },
};

/** Reads a LogoutResponse from its root element. @throws SamlError malformed_request, unsupported_version */
export function readLogoutResponse(root: XmlElement): LogoutResponse {
  const head = readHead(root, 'LogoutResponse', known);
  const inResponseTo = attributeOf(root, 'InResponseTo') ?? '';
  // Profiles 4.4.4.2: it answers a request, and there are no others.
  if (inResponseTo === '' || inResponseTo.length > 256) throw malformed('its InResponseTo is missing or too long');
  const status = onlyChild(root, namespaces.protocol, 'Status');
  const codes = status ? codesIn(status) : [];
  if (!status || codes.length === 0) throw malformed('it has no StatusCode');
  const message = onlyChild(status, namespaces.protocol, 'StatusMessage');
  return {
    ...head,
    inResponseTo,
    statusCodes: codes,
    ...optional('statusMessage', message && textOf(message).slice(0, 500)),
  };
}

function codesIn(holder: XmlElement): string[] {
  const code = onlyChild(holder, namespaces.protocol, 'StatusCode');
  if (!code) return [];
  const value = attributeOf(code, 'Value') ?? '';
  if (value === '' || childrenOf(code, namespaces.protocol, 'StatusCode').length > 1) {
    throw malformed('its StatusCode is not as SAML defines it');
  }
  return [value.slice(0, 200), ...codesIn(code)];
}
