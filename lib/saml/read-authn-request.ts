import { SamlError } from './error';
import { type RequestedConditions, readConditions } from './read-conditions';
import {
  attributeOf,
  childrenOf,
  malformed,
  onlyChild,
  optional,
  readBoolean,
  readInstant,
  readNumber,
  refuseUnknown,
  textOf,
} from './read-element';
import { readAcceptableIdps } from './read-scoping';
import { type RequestedNameId, readSubject } from './read-subject';
import { nameIdFormats, namespaces } from './schema';
import type { XmlElement } from './xml/tree';

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
  /** Who the assertion is to be about; absent: whoever presents the request. */
  subject?: RequestedNameId;
  nameIdPolicy?: { format?: string; spNameQualifier?: string; allowCreate: boolean };
  conditions?: RequestedConditions;
  requestedAuthnContext?: RequestedAuthnContext;
  /** Entity IDs of the identity providers that may answer (Scoping); absent: any. */
  acceptableIdps?: string[];
  /** What is legal in the request and not served here: sentences. */
  unsupported?: string[];
}

/** RequestedAuthnContext (SAML Core 3.3.2.2.1). `declarations` are AuthnContextDeclRef, which nothing here satisfies. */
export interface RequestedAuthnContext {
  comparison: 'exact' | 'minimum' | 'maximum' | 'better';
  classes: string[];
  declarations: string[];
}

const entityFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';

/**
 * What the schema knows of an AuthnRequest. Of no consequence here: Consent, ProviderName, Extensions, and
 * AttributeConsumingServiceIndex, since the attributes are agreed in the settings.
 */
const known = {
  attributes: [
    ...['ID', 'Version', 'IssueInstant', 'Destination', 'Consent', 'ForceAuthn', 'IsPassive', 'ProtocolBinding'],
    ...[
      'AssertionConsumerServiceIndex',
      'AssertionConsumerServiceURL',
      'AttributeConsumingServiceIndex',
      'ProviderName',
    ],
  ],
  children: {
    [namespaces.assertion]: ['Issuer', 'Subject', 'Conditions'],
    [namespaces.signature]: ['Signature'],
    [namespaces.protocol]: ['Extensions', 'NameIDPolicy', 'RequestedAuthnContext', 'Scoping'],
  },
};

/**
 * Reads an AuthnRequest from its root element.
 *
 * @throws SamlError malformed_request, unsupported_version
 */
export function readAuthnRequest(root: XmlElement): AuthnRequest {
  if (root.namespaceURI !== namespaces.protocol || root.localName !== 'AuthnRequest') {
    throw malformed('its root is not an AuthnRequest');
  }
  if (root.getAttribute('Version') !== '2.0') throw new SamlError('unsupported_version');
  refuseUnknown(root, known.attributes, known.children);
  onlyChild(root, namespaces.protocol, 'Extensions');
  readNumber(root, 'AttributeConsumingServiceIndex');
  const issueInstant = readInstant(root, 'IssueInstant');
  if (!issueInstant) throw malformed('its IssueInstant is missing');
  const unsupported: string[] = [];
  return {
    id: readId(root),
    issuer: readIssuer(root),
    issueInstant,
    ...optional('destination', attributeOf(root, 'Destination')),
    ...readAcs(root),
    ...optional('protocolBinding', attributeOf(root, 'ProtocolBinding')),
    forceAuthn: readBoolean(root, 'ForceAuthn'),
    isPassive: readBoolean(root, 'IsPassive'),
    ...optional('subject', readSubject(root, unsupported)),
    ...optional('nameIdPolicy', readNameIdPolicy(root)),
    ...optional('conditions', readConditions(root, unsupported)),
    ...optional('requestedAuthnContext', readRequestedAuthnContext(root)),
    ...optional('acceptableIdps', readAcceptableIdps(root)),
    ...(unsupported.length > 0 ? { unsupported } : {}),
  };
}

// NCName by XML 1.0 and Namespaces in XML 1.0: it comes back as InResponseTo, which has to be one too.
const nameStart =
  'A-Za-z_\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const xmlId = new RegExp(`^[${nameStart}][${nameStart}0-9.\\u00B7\\u0300-\\u036F\\u203F\\u2040-]{0,255}$`, 'u');

function readId(root: XmlElement): string {
  const id = attributeOf(root, 'ID') ?? '';
  // It is kept against replay, so its length is bounded.
  if (!xmlId.test(id)) throw malformed('its ID is missing or not an XML ID');
  return id;
}

function readIssuer(root: XmlElement): string {
  const issuer = onlyChild(root, namespaces.assertion, 'Issuer');
  const value = issuer === undefined ? '' : textOf(issuer);
  if (value === '' || value.length > 1024) throw malformed('its Issuer is missing or too long');
  // Profiles 4.1.4.1: an entity ID or nothing said. Some say that they do not say.
  const format = issuer?.getAttribute('Format') ?? entityFormat;
  if (format !== entityFormat && format !== nameIdFormats.unspecified)
    throw malformed('its Issuer is not an entity ID');
  return value;
}

function readAcs(root: XmlElement): { acsUrl?: string; acsIndex?: number } {
  const acsUrl = attributeOf(root, 'AssertionConsumerServiceURL');
  const acsIndex = readNumber(root, 'AssertionConsumerServiceIndex');
  if (acsUrl !== undefined && acsIndex !== undefined) throw malformed('it names an ACS URL and an ACS index at once');
  return { ...optional('acsUrl', acsUrl), ...optional('acsIndex', acsIndex) };
}

function readNameIdPolicy(root: XmlElement): AuthnRequest['nameIdPolicy'] {
  const policy = onlyChild(root, namespaces.protocol, 'NameIDPolicy');
  if (!policy) return undefined;
  refuseUnknown(policy, ['Format', 'SPNameQualifier', 'AllowCreate'], {});
  return {
    ...optional('format', attributeOf(policy, 'Format')?.trim()),
    ...optional('spNameQualifier', attributeOf(policy, 'SPNameQualifier')),
    allowCreate: readBoolean(policy, 'AllowCreate'),
  };
}

function readRequestedAuthnContext(root: XmlElement): RequestedAuthnContext | undefined {
  const requested = onlyChild(root, namespaces.protocol, 'RequestedAuthnContext');
  if (!requested) return undefined;
  refuseUnknown(requested, ['Comparison'], { [namespaces.assertion]: ['AuthnContextClassRef', 'AuthnContextDeclRef'] });
  const comparison = attributeOf(requested, 'Comparison') ?? 'exact';
  if (comparison !== 'exact' && comparison !== 'minimum' && comparison !== 'maximum' && comparison !== 'better') {
    throw malformed('the Comparison of its RequestedAuthnContext is unknown');
  }
  const classes = childrenOf(requested, namespaces.assertion, 'AuthnContextClassRef').map(textOf);
  const declarations = childrenOf(requested, namespaces.assertion, 'AuthnContextDeclRef').map(textOf);
  if (classes.length + declarations.length === 0) throw malformed('its RequestedAuthnContext is empty');
  return { comparison, classes, declarations };
}
