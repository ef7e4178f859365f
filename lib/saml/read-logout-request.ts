import { SamlError } from './error';
import { attributeOf, childrenOf, malformed, optional, readInstant, textOf } from './read-element';
import { type MessageHead, readHead } from './read-head';
import { type RequestedNameId, readNameId } from './read-subject';
import { namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/** A request to end sessions (SAML Core 3.7.1), read but not yet judged. */
export interface LogoutRequest extends MessageHead {
  nameId: RequestedNameId;
  /** Which of the person's sessions; empty: all that the service provider was given by this name. */
  sessionIndexes: string[];
  notOnOrAfter?: Date;
  reason?: string;
}

const identifiers = ['BaseID', 'NameID', 'EncryptedID'];
const known = {
  attributes: ['ID', 'Version', 'IssueInstant', 'Destination', 'Consent', 'Reason', 'NotOnOrAfter'],
  children: {
    [namespaces.assertion]: ['Issuer', ...identifiers],
    [namespaces.signature]: ['Signature'],
    [namespaces.protocol]: ['Extensions', 'SessionIndex'],
  },
};

/** Indexes that one request may name, and characters of one: ours have 33. */
const maxIndexes = 100;
const maxIndexCharacters = 256;

/**
 * Reads a LogoutRequest from its root element.
 * @throws SamlError malformed_request, unsupported_version; name_id_encrypted where the person is named by an EncryptedID: there is no
 * key here to open one with
 */
export function readLogoutRequest(root: XmlElement): LogoutRequest {
  const head = readHead(root, 'LogoutRequest', known);
  const [identifier, ...more] = identifiers.flatMap((name) => childrenOf(root, namespaces.assertion, name));
  if (!identifier || more.length > 0) throw malformed('it names not exactly one person');
  if (identifier.localName !== 'NameID') {
    throw new SamlError('name_id_encrypted', `The LogoutRequest names the person by ${identifier.localName}.`, {
      hint: 'Let the application send the NameID as it was given, unencrypted: the connection is encrypted already.',
    });
  }
  const indexes = childrenOf(root, namespaces.protocol, 'SessionIndex');
  if (indexes.length > maxIndexes) throw malformed(`it has more than ${maxIndexes} SessionIndex elements`);
  return {
    ...head,
    nameId: readNameId(identifier),
    sessionIndexes: indexes.map(readIndex),
    ...optional('notOnOrAfter', readInstant(root, 'NotOnOrAfter')),
    ...optional('reason', attributeOf(root, 'Reason')),
  };
}

function readIndex(element: XmlElement): string {
  const index = textOf(element);
  if (index === '' || index.length > maxIndexCharacters) throw malformed('its SessionIndex is empty or too long');
  return index;
}
