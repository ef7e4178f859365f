import { type Encryption, encryptElement } from './encrypt-element';
import { namespaces } from './schema';
import type { Signable } from './sign-element';
import { element, startTag, textElement } from './xml/element';
import { escapeText, isPlain, replaceUncarried } from './xml/escape';
import { xmlTime } from './xml/time';

/** An attribute as it is sent; several values become several AttributeValue elements. */
export interface AssertionAttribute {
  name: string;
  friendlyName?: string | undefined;
  nameFormat: string;
  values: readonly string[];
}

/** What is said about a person to one service provider (SAML Core 2.3.3, Profiles 4.1.4.2). */
export interface AssertionContent {
  assertionId: string;
  /** Entity ID of the IdP. */
  issuer: string;
  /** ACS URL; also the Recipient. */
  destination: string;
  /** ID of the request; absent when the IdP starts. */
  inResponseTo?: string | undefined;
  audience: string;
  nameId: { value: string; format: string; nameQualifier?: string | undefined; spNameQualifier?: string | undefined };
  /** Present: the NameID goes out as an EncryptedID (SAML Core 2.2.4). */
  encryptNameId?: Encryption | undefined;
  attributes: readonly AssertionAttribute[];
  /** Every value says that it is a string (xsi:type), for readers that want to be told. */
  valueTypes?: boolean | undefined;
  issueInstant: Date;
  notBefore: Date;
  notOnOrAfter: Date;
  /** The service provider asked that the assertion be used at once and once (SAML Core 2.5.1.5). */
  oneTimeUse?: boolean | undefined;
  /** When the person gave the password, which is not when the SP asked. */
  authnInstant: Date;
  authnContextClass: string;
  sessionIndex: string;
  sessionNotOnOrAfter: Date;
}

/** Prefixes of the types of values: `xs` stands in values alone, so no canonicalization knows by itself that it is used. */
const typePrefixes = ['xs', 'xsi'] as const;

/**
 * Writes the assertion in canonical form, ready to be signed. It declares its own namespace, so it is the same octets
 * inside a response as alone.
 *
 * @throws SamlError value_not_encodable
 */
export function writeAssertion(content: AssertionContent): Signable {
  const head =
    startTag('saml:Assertion', {
      'xmlns:saml': namespaces.assertion,
      'xmlns:xs': content.valueTypes ? namespaces.schema : undefined,
      'xmlns:xsi': content.valueTypes ? namespaces.schemaInstance : undefined,
      ID: content.assertionId,
      IssueInstant: xmlTime(content.issueInstant),
      Version: '2.0',
    }) + textElement('saml:Issuer', {}, content.issuer);
  const tail =
    writeSubject(content) +
    writeConditions(content) +
    writeAuthnStatement(content) +
    writeAttributeStatement(content) +
    '</saml:Assertion>';
  return { id: content.assertionId, head, tail, valuePrefixes: valuePrefixesOf(content) };
}

/** What a signature over the assertion, or around it, has to name. */
export function valuePrefixesOf({ valueTypes }: Pick<AssertionContent, 'valueTypes'>): readonly string[] | undefined {
  return valueTypes ? typePrefixes : undefined;
}

function writeSubject(content: AssertionContent): string {
  const { inResponseTo, notOnOrAfter, destination } = content;
  return element(
    'saml:Subject',
    {},
    writeNameId(content) +
      element(
        'saml:SubjectConfirmation',
        { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' },
        // No NotBefore: Profiles 4.1.4.2 forbids it here.
        element('saml:SubjectConfirmationData', {
          InResponseTo: inResponseTo,
          NotOnOrAfter: xmlTime(notOnOrAfter),
          Recipient: destination,
        }),
      ),
  );
}

function writeNameId({ nameId, encryptNameId }: AssertionContent): string {
  const { value, format, nameQualifier, spNameQualifier } = nameId;
  const attributes = { Format: format, NameQualifier: nameQualifier, SPNameQualifier: spNameQualifier };
  if (!encryptNameId) return textElement('saml:NameID', attributes, value);
  // Once it is opened, nothing around it says what its prefix means.
  const plain = textElement('saml:NameID', { 'xmlns:saml': namespaces.assertion, ...attributes }, value);
  return element('saml:EncryptedID', {}, encryptElement(plain, encryptNameId));
}

function writeConditions({ notBefore, notOnOrAfter, audience, oneTimeUse }: AssertionContent): string {
  return element(
    'saml:Conditions',
    { NotBefore: xmlTime(notBefore), NotOnOrAfter: xmlTime(notOnOrAfter) },
    element('saml:AudienceRestriction', {}, textElement('saml:Audience', {}, audience)) +
      (oneTimeUse ? element('saml:OneTimeUse', {}) : ''),
  );
}

function writeAuthnStatement(content: AssertionContent): string {
  return element(
    'saml:AuthnStatement',
    {
      AuthnInstant: xmlTime(content.authnInstant),
      SessionIndex: content.sessionIndex,
      SessionNotOnOrAfter: xmlTime(content.sessionNotOnOrAfter),
    },
    element('saml:AuthnContext', {}, textElement('saml:AuthnContextClassRef', {}, content.authnContextClass)),
  );
}

// The schema wants at least one Attribute in a statement; an attribute nobody has a value for is not sent.
function writeAttributeStatement({ attributes, valueTypes }: AssertionContent): string {
  // The same around every value.
  const open = startTag('saml:AttributeValue', { 'xsi:type': valueTypes ? 'xs:string' : undefined });
  let written = '';
  for (const attribute of attributes) if (attribute.values.length > 0) written += writeAttribute(attribute, open);
  return written === '' ? '' : element('saml:AttributeStatement', {}, written);
}

function writeAttribute({ name, friendlyName, nameFormat, values }: AssertionAttribute, open: string): string {
  let content = '';
  for (const value of values) {
    content += `${open}${isPlain(value) ? value : escapeText(replaceUncarried(value))}</saml:AttributeValue>`;
  }
  return element('saml:Attribute', { FriendlyName: friendlyName, Name: name, NameFormat: nameFormat }, content);
}
