import { type RequestedConditions, readConditions } from './read-conditions';
import {
  attributeOf,
  childrenOf,
  malformed,
  onlyChild,
  optional,
  readBoolean,
  readNumber,
  refuseUnknown,
  textOf,
} from './read-element';
import { type MessageHead, readHead } from './read-head';
import { readAcceptableIdps } from './read-scoping';
import { type RequestedNameId, readSubject } from './read-subject';
import { namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/** What a service provider asks for (SAML Core 3.4.1), read but not yet judged. */
export interface AuthnRequest extends MessageHead {
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
  const head = readHead(root, 'AuthnRequest', known);
  readNumber(root, 'AttributeConsumingServiceIndex');
  const unsupported: string[] = [];
  return {
    ...head,
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
