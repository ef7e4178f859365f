import { SamlError } from '../error';

const textSpecial = /[&<>\r]/g;
const attributeSpecial = /[&<"\t\n\r]/g;
const replacements: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};
const replace = (character: string): string => replacements[character] ?? character;
const notCarried = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Printable ASCII in which nothing is escaped and nothing refused: nearly every value, told by one look at it. */
export function isPlain(value: string): boolean {
  return /^[ !#-%'-;=?-~]*$/.test(value);
}

/** A text node as canonical XML writes it (Canonical XML 1.0, 2.3). */
export function escapeText(value: string): string {
  return value.replace(textSpecial, replace);
}

/** An attribute value as canonical XML writes it; line breaks and tabs survive as character references. */
export function escapeAttribute(value: string): string {
  return value.replace(attributeSpecial, replace);
}

/**
 * Refuses a value that XML 1.0 cannot carry (control characters, half a surrogate pair). For what identifies somebody or
 * something: dropping a character would turn one name into another.
 *
 * @throws SamlError value_not_encodable, naming what the value was for
 */
export function requireCarried(value: string, what: string): string {
  if (value.search(notCarried) === -1) return value;
  throw new SamlError('value_not_encodable', `The ${what} holds a character that XML cannot carry.`, {
    hint: 'Remove control characters from the value it is made of.',
  });
}

/**
 * Replaces what XML 1.0 cannot carry by U+FFFD. For descriptive values, where one stray character must not keep a person
 * from signing in; replaced rather than dropped, so that `adm\0ins` never becomes `admins`.
 */
export function replaceUncarried(value: string): string {
  return value.replace(notCarried, '\uFFFD');
}
