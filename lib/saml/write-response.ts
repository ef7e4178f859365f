import type { SamlStatus } from './answer-policy';
import { type Encryption, encryptElement } from './encrypt-element';
import { SamlError } from './error';
import { namespaces, statusCodes } from './schema';
import { type Signable, type Signing, signElement } from './sign-element';
import { type AssertionContent, valuePrefixesOf, writeAssertion } from './write-assertion';
import { writeStatus } from './write-status';
import { element, startTag, textElement } from './xml/element';
import { xmlTime } from './xml/time';

export interface ResponseContent extends AssertionContent {
  responseId: string;
  signAssertion: boolean;
  signResponse: boolean;
  signing: Signing;
  /** Present: the signed assertion goes out as an EncryptedAssertion (SAML Core 2.3.4). */
  encryptAssertion?: Encryption | undefined;
}

/**
 * Writes a successful response (SAML Core 3.3.3) in canonical form, signed and encrypted as asked.
 *
 * @returns XML without declaration; base64 of its UTF-8 octets is the SAMLResponse
 * @throws SamlError nothing_signed, value_not_encodable
 */
export function writeResponse(content: ResponseContent): string {
  if (!content.signAssertion && !content.signResponse) throw new SamlError('nothing_signed');
  const assertion = writeAssertion(content);
  // Signed first: who has opened it can still show who said so (SAML Core 6.2).
  const plain = content.signAssertion ? signElement(assertion, content.signing) : assertion.head + assertion.tail;
  const carried = content.encryptAssertion ? encryptAssertion(plain, content.encryptAssertion) : plain;
  // What is encrypted holds its own.
  const valuePrefixes = content.encryptAssertion ? undefined : valuePrefixesOf(content);
  const response = { ...envelope(content, { code: statusCodes.success }, carried), valuePrefixes };
  return content.signResponse ? signElement(response, content.signing) : response.head + response.tail;
}

function encryptAssertion(assertion: string, encryption: Encryption): string {
  return element(
    'saml:EncryptedAssertion',
    { 'xmlns:saml': namespaces.assertion },
    encryptElement(assertion, encryption),
  );
}

export interface ErrorResponseContent {
  responseId: string;
  /** Entity ID of the IdP. */
  issuer: string;
  /** ACS URL. */
  destination: string;
  inResponseTo?: string | undefined;
  issueInstant: Date;
  status: SamlStatus;
  /** Absent: not signed. An SP that wants signed responses wants signed refusals too. */
  signing?: Signing | undefined;
}

/** Writes a response that refuses (SAML Core 3.2.2): a status and no assertion. @throws SamlError value_not_encodable */
export function writeErrorResponse(content: ErrorResponseContent): string {
  const response = envelope(content, content.status, '');
  return content.signing ? signElement(response, content.signing) : response.head + response.tail;
}

function envelope(
  content: Omit<ErrorResponseContent, 'status' | 'signing'>,
  status: SamlStatus,
  assertion: string,
): Signable {
  const head =
    startTag('samlp:Response', {
      'xmlns:samlp': namespaces.protocol,
      Destination: content.destination,
      ID: content.responseId,
      InResponseTo: content.inResponseTo,
      IssueInstant: xmlTime(content.issueInstant),
      Version: '2.0',
    }) + textElement('saml:Issuer', { 'xmlns:saml': namespaces.assertion }, content.issuer);
  return { id: content.responseId, head, tail: `${writeStatus(status)}${assertion}</samlp:Response>` };
}
