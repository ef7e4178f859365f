import { attributeOf, childrenOf, malformed, onlyChild, optional, refuseUnknown, textOf } from './read-element';
import { namespaces } from './schema';
import { childElements, type XmlElement } from './xml/tree';

/** A NameID as a service provider writes it (SAML Core 2.2.3). */
export interface RequestedNameId {
  value: string;
  format?: string;
  nameQualifier?: string;
  spNameQualifier?: string;
  spProvidedId?: string;
}

/** The longest NameID that is looked at, in characters; Core 8.3.7 allows a persistent one 256. */
const maxNameIdCharacters = 1024;

/**
 * Reads the Subject of a request (SAML Core 2.4.1, 3.4.1): who the assertion is to be about.
 * @param unsupported takes what is legal there and is not served
 * @returns undefined where it names nobody: then whoever presents the request is meant
 * @throws SamlError malformed_request
 */
export function readSubject(root: XmlElement, unsupported: string[]): RequestedNameId | undefined {
  const subject = onlyChild(root, namespaces.assertion, 'Subject');
  if (!subject) return undefined;
  const identifiers = ['BaseID', 'NameID', 'EncryptedID'];
  refuseUnknown(subject, [], { [namespaces.assertion]: [...identifiers, 'SubjectConfirmation'] });
  const [identifier, ...more] = identifiers.flatMap((name) => childrenOf(subject, namespaces.assertion, name));
  const confirmations = childrenOf(subject, namespaces.assertion, 'SubjectConfirmation');
  if (more.length > 0 || childElements(subject).length === 0)
    throw malformed('its Subject names not exactly one person');
  // Profiles 4.1.4.1: a request of this profile must not say how its subject is to be confirmed.
  if (confirmations.length > 0)
    unsupported.push('A SubjectConfirmation in the request is not served: the bearer is confirmed.');
  if (!identifier) return undefined;
  if (identifier.localName !== 'NameID') {
    unsupported.push(`A subject named by ${identifier.localName} cannot be read here; name it by NameID.`);
    return undefined;
  }
  return readNameId(identifier);
}

/** Reads a NameID (SAML Core 2.2.3). @throws SamlError malformed_request */
export function readNameId(element: XmlElement): RequestedNameId {
  refuseUnknown(element, ['Format', 'NameQualifier', 'SPNameQualifier', 'SPProvidedID'], {});
  const value = textOf(element);
  if (value === '' || value.length > maxNameIdCharacters) throw malformed('its NameID is empty or too long');
  return {
    value,
    ...optional('format', attributeOf(element, 'Format')?.trim()),
    ...optional('nameQualifier', attributeOf(element, 'NameQualifier')),
    ...optional('spNameQualifier', attributeOf(element, 'SPNameQualifier')),
    ...optional('spProvidedId', attributeOf(element, 'SPProvidedID')),
  };
}
