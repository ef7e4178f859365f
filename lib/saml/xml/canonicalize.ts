import type { Attr, Element } from '@xmldom/xmldom';
import { escapeAttribute, escapeText } from './escape';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** The one canonicalization that is spoken: exclusive, without comments. */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * Exclusive XML Canonicalization 1.0 of an element, for documents from {@link parseXml}: without comments, processing
 * instructions and CDATA there are only elements, attributes and texts left.
 *
 * @param without this element is left out (the enveloped signature)
 * @param inclusivePrefixes InclusiveNamespaces PrefixList; `#default` for the default namespace
 */
export function canonicalize(
  element: Element,
  options: { without?: Element; inclusivePrefixes?: readonly string[] } = {},
): string {
  const parts: string[] = [];
  write(element, new Map(), { without: undefined, inclusivePrefixes: [], ...options }, parts);
  return parts.join('');
}

interface Options {
  without: Element | undefined;
  inclusivePrefixes: readonly string[];
}

function write(element: Element, outer: ReadonlyMap<string, string>, options: Options, parts: string[]): void {
  const attributes = Array.from(element.attributes).filter((attribute) => attribute.namespaceURI !== xmlnsNamespace);
  const declared = namespacesToDeclare(element, attributes, outer, options.inclusivePrefixes);
  const inner = declared.length === 0 ? outer : new Map([...outer, ...declared]);

  parts.push('<', element.tagName);
  for (const [prefix, uri] of declared) {
    parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"');
  }
  for (const attribute of attributes.sort(byNamespaceThenName)) {
    parts.push(' ', attribute.name, '="', escapeAttribute(attribute.value), '"');
  }
  parts.push('>');
  for (const node of Array.from(element.childNodes)) {
    if (node.nodeType === node.ELEMENT_NODE) {
      if (node !== options.without) write(node as Element, inner, options, parts);
    } else {
      parts.push(escapeText(node.nodeValue ?? ''));
    }
  }
  parts.push('</', element.tagName, '>');
}

/** Prefixes that the element itself uses (or that were asked for) and that no written ancestor binds alike, sorted. */
function namespacesToDeclare(
  element: Element,
  attributes: readonly Attr[],
  outer: ReadonlyMap<string, string>,
  inclusivePrefixes: readonly string[],
): [string, string][] {
  const used = new Map<string, string>([[element.prefix ?? '', element.namespaceURI ?? '']]);
  for (const { prefix, namespaceURI } of attributes) {
    if (prefix) used.set(prefix, namespaceURI ?? '');
  }
  for (const listed of inclusivePrefixes) {
    const prefix = listed === '#default' ? '' : listed;
    const uri = element.lookupNamespaceURI(prefix);
    if (uri) used.set(prefix, uri);
    else if (prefix === '') used.set('', '');
  }
  used.delete('xml');
  return [...used]
    .filter(([prefix, uri]) => (outer.get(prefix) ?? '') !== uri)
    .sort(([left], [right]) => compare(left, right));
}

function byNamespaceThenName(left: Attr, right: Attr): number {
  const byNamespace = compare(left.namespaceURI ?? '', right.namespaceURI ?? '');
  return byNamespace === 0 ? compare(left.localName ?? '', right.localName ?? '') : byNamespace;
}

// Names are ASCII after the scan and namespaces nearly so; UTF-8 octets order like code points where they are not.
function compare(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
