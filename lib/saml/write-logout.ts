import type { SamlStatus } from './answer-policy';
import type { IssuedNameId } from './match-subject';
import { namespaces } from './schema';
import type { Signable } from './sign-element';
import { writeStatus } from './write-status';
import { startTag, textElement } from './xml/element';
import { xmlTime } from './xml/time';

interface LogoutMessage {
  id: string;
  /** Entity ID of the IdP. */
  issuer: string;
  /** Logout URL of the service provider. */
  destination: string;
  issueInstant: Date;
}

export interface LogoutRequestContent extends LogoutMessage {
  /** As the assertion said it. */
  nameId: IssuedNameId;
  sessionIndexes: readonly string[];
  notOnOrAfter: Date;
}

/** Writes a LogoutRequest (SAML Core 3.7.1, Profiles 4.4.4.1) in canonical form. @throws SamlError value_not_encodable */
export function writeLogoutRequest(content: LogoutRequestContent): Signable {
  const { value, format, nameQualifier, spNameQualifier } = content.nameId;
  const names = { Format: format, NameQualifier: nameQualifier, SPNameQualifier: spNameQualifier };
  const tail =
    textElement('saml:NameID', { 'xmlns:saml': namespaces.assertion, ...names }, value) +
    content.sessionIndexes.map((index) => textElement('samlp:SessionIndex', {}, index)).join('');
  return message('LogoutRequest', content, { NotOnOrAfter: xmlTime(content.notOnOrAfter) }, tail);
}

export interface LogoutResponseContent extends LogoutMessage {
  inResponseTo: string;
  status: SamlStatus;
}

/** Writes a LogoutResponse (SAML Core 3.7.2) in canonical form. @throws SamlError value_not_encodable */
export function writeLogoutResponse(content: LogoutResponseContent): Signable {
  return message('LogoutResponse', content, { InResponseTo: content.inResponseTo }, writeStatus(content.status));
}

/** Attributes are in canonical order: those of one kind alone come between ID, IssueInstant and Version. */
function message(
  name: string,
  { id, issuer, destination, issueInstant }: LogoutMessage,
  { InResponseTo, NotOnOrAfter }: { InResponseTo?: string; NotOnOrAfter?: string },
  tail: string,
): Signable {
  const head =
    startTag(`samlp:${name}`, {
      'xmlns:samlp': namespaces.protocol,
      Destination: destination,
      ID: id,
      InResponseTo,
      IssueInstant: xmlTime(issueInstant),
      NotOnOrAfter,
      Version: '2.0',
    }) + textElement('saml:Issuer', { 'xmlns:saml': namespaces.assertion }, issuer);
  return { id, head, tail: `${tail}</samlp:${name}>` };
}
