import { SamlError } from './error';
import { attributeOf, malformed, onlyChild, optional, readInstant, refuseUnknown, textOf } from './read-element';
import { nameIdFormats, namespaces } from './schema';
import type { XmlElement } from './xml/tree';

/** What every message says first (SAML Core 3.2.1, 3.2.2). */
export interface MessageHead {
  id: string;
  issuer: string;
  issueInstant: Date;
  destination?: string;
}

const entityFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';

/**
 * Reads the head of a message, which has to be of one kind and to hold nothing that the schema does not know.
 * @throws SamlError malformed_request, unsupported_version
 */
export function readHead(
  root: XmlElement,
  name: string,
  known: { attributes: readonly string[]; children: Readonly<Record<string, readonly string[]>> },
): MessageHead {
  if (root.namespaceURI !== namespaces.protocol || root.localName !== name) {
    throw malformed(`its root is not ${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`);
  }
  if (root.getAttribute('Version') !== '2.0') throw new SamlError('unsupported_version');
  refuseUnknown(root, known.attributes, known.children);
  onlyChild(root, namespaces.protocol, 'Extensions');
  const issueInstant = readInstant(root, 'IssueInstant');
  if (!issueInstant) throw malformed('its IssueInstant is missing');
  return {
    id: readId(root),
    issuer: readIssuer(root),
    issueInstant,
    ...optional('destination', attributeOf(root, 'Destination')),
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
