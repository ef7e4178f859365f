import { escapeAttribute, escapeText, isPlain, requireCarried } from './escape';

/** Attributes in canonical order: `xmlns` first, then by name. Undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * An element in canonical form. The caller names the attributes in canonical order, which a fixed shape makes easy and
 * the tests check; every value is escaped here, so no value can add markup.
 *
 * @param content markup made by these functions, never a raw value
 * @throws SamlError value_not_encodable
 */
export function element(name: string, attributes: Attributes, content = ''): string {
  return `${startTag(name, attributes)}${content}</${name}>`;
}

/** The opening tag alone, for an element that a signature is put into. @throws SamlError value_not_encodable */
export function startTag(name: string, attributes: Attributes): string {
  let tag = `<${name}`;
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) tag += ` ${key}="${isPlain(value) ? value : escapeAttribute(requireCarried(value, key))}"`;
  }
  return `${tag}>`;
}

/** An element that holds a text. @throws SamlError value_not_encodable, naming the element */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return element(name, attributes, isPlain(text) ? text : escapeText(requireCarried(text, name)));
}
