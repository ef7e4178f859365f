import type { Element } from '@xmldom/xmldom';
import { SamlError } from './error';
import { namespaces } from './schema';
import { childElements } from './xml/parse';
import { readXmlTime } from './xml/time';

/** What a service provider asks for (SAML Core 3.4.1), read but not yet judged. */
export interface AuthnRequest {
  id: string;
  issuer: string;
  issueInstant: Date;
  destination?: string;
  acsUrl?: string;
  acsIndex?: number;
  protocolBinding?: string;
  forceAuthn: boolean;
  isPassive: boolean;
  nameIdPolicy?: { format?: string; spNameQualifier?: string; allowCreate: boolean };
  requestedAuthnContext?: RequestedAuthnContext;
}

/** RequestedAuthnContext (SAML Core 3.3.2.2.1). `declarations` are AuthnContextDeclRef, which nothing here satisfies. */
export interface RequestedAuthnContext {
  comparison: 'exact' | 'minimum' | 'maximum' | 'better';
  classes: string[];
  declarations: string[];
}

/**
 * Reads an AuthnRequest from its root element.
 *
 * @throws SamlError malformed_request, unsupported_version
 */
export function readAuthnRequest(root: Element): AuthnRequest {
  if (root.namespaceURI !== namespaces.protocol || root.localName !== 'AuthnRequest') {
    throw malformed('its root is not an AuthnRequest');
  }
  if (root.getAttribute('Version') !== '2.0') throw new SamlError('unsupported_version');
  const acs = readAcs(root);
  const nameIdPolicy = readNameIdPolicy(root);
  const requestedAuthnContext = readRequestedAuthnContext(root);
  return {
    id: readId(root),
    issuer: readIssuer(root),
    issueInstant: readIssueInstant(root),
    ...optional('destination', attributeOf(root, 'Destination')),
    ...acs,
    ...optional('protocolBinding', attributeOf(root, 'ProtocolBinding')),
    forceAuthn: readBoolean(root, 'ForceAuthn'),
    isPassive: readBoolean(root, 'IsPassive'),
    ...optional('nameIdPolicy', nameIdPolicy),
    ...optional('requestedAuthnContext', requestedAuthnContext),
  };
}

function readId(root: Element): string {
  const id = attributeOf(root, 'ID') ?? '';
  // xs:ID, that is NCName; it comes back as InResponseTo and is kept against replay, so its length is bounded.
  if (!/^[\p{L}_][\p{L}\p{N}_.-]{0,255}$/u.test(id)) throw malformed('its ID is missing or not an XML ID');
  return id;
}

function readIssuer(root: Element): string {
  const issuer = onlyChild(root, namespaces.assertion, 'Issuer');
  const value = issuer === undefined ? '' : textOf(issuer);
  if (value === '' || value.length > 1024) throw malformed('its Issuer is missing or too long');
  return value;
}

function readIssueInstant(root: Element): Date {
  const instant = readXmlTime(attributeOf(root, 'IssueInstant') ?? '');
  if (!instant) throw malformed('its IssueInstant is not a time');
  return instant;
}

function readAcs(root: Element): { acsUrl?: string; acsIndex?: number } {
  const acsUrl = attributeOf(root, 'AssertionConsumerServiceURL');
  const index = attributeOf(root, 'AssertionConsumerServiceIndex');
  if (acsUrl !== undefined && index !== undefined) throw malformed('it names an ACS URL and an ACS index at once');
  if (index === undefined) return optional('acsUrl', acsUrl);
  if (!/^\d{1,5}$/.test(index) || Number(index) > 65_535) throw malformed('its ACS index is not a number');
  return { acsIndex: Number(index) };
}

function readNameIdPolicy(root: Element): AuthnRequest['nameIdPolicy'] {
  const policy = onlyChild(root, namespaces.protocol, 'NameIDPolicy');
  if (!policy) return undefined;
  return {
    ...optional('format', attributeOf(policy, 'Format')),
    ...optional('spNameQualifier', attributeOf(policy, 'SPNameQualifier')),
    allowCreate: readBoolean(policy, 'AllowCreate'),
  };
}

function readRequestedAuthnContext(root: Element): RequestedAuthnContext | undefined {
  const requested = onlyChild(root, namespaces.protocol, 'RequestedAuthnContext');
  if (!requested) return undefined;
  const comparison = attributeOf(requested, 'Comparison') ?? 'exact';
  if (comparison !== 'exact' && comparison !== 'minimum' && comparison !== 'maximum' && comparison !== 'better') {
    throw malformed('the Comparison of its RequestedAuthnContext is unknown');
  }
  const classes = childrenOf(requested, namespaces.assertion, 'AuthnContextClassRef').map(textOf);
  const declarations = childrenOf(requested, namespaces.assertion, 'AuthnContextDeclRef').map(textOf);
  if (classes.length + declarations.length === 0) throw malformed('its RequestedAuthnContext is empty');
  return { comparison, classes, declarations };
}

function readBoolean(element: Element, name: string): boolean {
  const text = attributeOf(element, name);
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw malformed(`its ${name} is not true or false`);
}

function attributeOf(element: Element, name: string): string | undefined {
  return element.getAttribute(name) ?? undefined;
}

function childrenOf(element: Element, namespace: string, localName: string): Element[] {
  return childElements(element).filter((child) => child.namespaceURI === namespace && child.localName === localName);
}

function onlyChild(element: Element, namespace: string, localName: string): Element | undefined {
  const [first, ...more] = childrenOf(element, namespace, localName);
  if (more.length > 0) throw malformed(`it has more than one ${localName}`);
  return first;
}

/** The text of an element that may hold nothing else. */
function textOf(element: Element): string {
  if (childElements(element).length > 0) throw malformed(`its ${element.localName} holds more than text`);
  return (element.textContent ?? '').trim();
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function malformed(detail: string): SamlError {
  return new SamlError('malformed_request', `The AuthnRequest is not acceptable: ${detail}.`);
}
