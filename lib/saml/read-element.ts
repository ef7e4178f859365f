import { SamlError } from './error';
import { readXmlTime } from './xml/time';
import { childElements, type XmlElement } from './xml/tree';

/** The value of an attribute without namespace. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.getAttribute(name) ?? undefined;
}

/** The elements of one name directly below an element. */
export function childrenOf(element: XmlElement, namespace: string, localName: string): XmlElement[] {
  return childElements(element).filter((child) => child.namespaceURI === namespace && child.localName === localName);
}

/** The one element of a name below an element, where the schema allows no more. @throws SamlError malformed_request */
export function onlyChild(element: XmlElement, namespace: string, localName: string): XmlElement | undefined {
  const [first, ...more] = childrenOf(element, namespace, localName);
  if (more.length > 0) throw malformed(`it has more than one ${localName}`);
  return first;
}

/** The text of an element that may hold nothing else. @throws SamlError malformed_request */
export function textOf(element: XmlElement): string {
  if (childElements(element).length > 0) throw malformed(`its ${element.localName} holds more than text`);
  return element.textContent.trim();
}

/** An xs:boolean; false when absent. @throws SamlError malformed_request */
export function readBoolean(element: XmlElement, name: string): boolean {
  const text = attributeOf(element, name)?.trim();
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw malformed(`its ${name} is not true or false`);
}

/** An xs:unsignedShort or smaller whole number. @throws SamlError malformed_request */
export function readNumber(element: XmlElement, name: string): number | undefined {
  const text = attributeOf(element, name)?.trim();
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw malformed(`its ${name} is not a number`);
  return Number(text);
}

/** An xs:dateTime (SAML Core 1.3.3). @throws SamlError malformed_request */
export function readInstant(element: XmlElement, name: string): Date | undefined {
  const text = attributeOf(element, name)?.trim();
  if (text === undefined) return undefined;
  const instant = readXmlTime(text);
  if (!instant) throw malformed(`its ${name} is not a time`);
  return instant;
}

/**
 * Refuses what the schema has no place for: a misspelt `ForceAuthn`, or a `Subject` in a wrong namespace, would otherwise
 * be a wish that nobody heard. Attributes with a prefix, namespaces among them, are not looked at.
 * @param children local names by namespace
 * @throws SamlError malformed_request
 */
export function refuseUnknown(
  element: XmlElement,
  attributes: readonly string[],
  children: Readonly<Record<string, readonly string[]>>,
): void {
  for (const { prefix, name } of element.attributes) {
    if (prefix || name === 'xmlns' || attributes.includes(name)) continue;
    throw malformed(`its ${element.localName} has the unknown attribute "${name.slice(0, 60)}"`);
  }
  for (const child of childElements(element)) {
    if (children[child.namespaceURI ?? '']?.includes(child.localName ?? '')) continue;
    throw malformed(`its ${element.localName} holds the unknown element "${child.tagName.slice(0, 60)}"`);
  }
}

/** A member that is there only where it has a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

export function malformed(detail: string): SamlError {
  return new SamlError('malformed_request', `The message is not acceptable: ${detail}.`);
}
