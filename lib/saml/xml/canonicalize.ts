import { escapeAttribute, escapeText } from './escape';
import type { XmlAttribute, XmlElement } from './tree';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** Exclusive XML Canonicalization 1.0: what is written, and what most service providers sign. */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** Canonical XML 1.0: what a transform chain ends in by itself (XML Signature 4.4.3.2). */
export const inclusiveC14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

export type Canonicalization = { kind: 'inclusive' } | { kind: 'exclusive'; inclusivePrefixes: readonly string[] };

/**
 * Canonical octets of an element, for documents from {@link parseXml}: without comments, processing instructions and CDATA
 * there are only elements, attributes and texts left, so that the forms with and without comments are the same.
 *
 * *Exclusive* declares the namespaces that are used (and those of InclusiveNamespaces PrefixList; `#default` for the
 * default one), *inclusive* all that are in scope. Canonical XML 1.0 and 1.1 differ in attributes like `xml:base`, which
 * ancestors hand down: the caller sees to it that the ancestors have none.
 *
 * @param without this element is left out (the enveloped signature)
 */
export function canonicalize(
  element: XmlElement,
  options: { without?: XmlElement; form?: Canonicalization } = {},
): string {
  const parts: string[] = [];
  const form = options.form ?? { kind: 'exclusive', inclusivePrefixes: [] };
  const declare = form.kind === 'inclusive' ? inScope : (used: XmlElement) => usedBy(used, form.inclusivePrefixes);
  write(element, new Map(), { without: options.without, declare }, parts);
  return parts.join('');
}

interface Options {
  without: XmlElement | undefined;
  /** The namespaces that an element needs declared, by prefix, whether or not an ancestor has done so. */
  declare: (element: XmlElement) => ReadonlyMap<string, string>;
}

function write(element: XmlElement, outer: ReadonlyMap<string, string>, options: Options, parts: string[]): void {
  const attributes = plainAttributes(element);
  const declared = [...options.declare(element)]
    .filter(([prefix, uri]) => prefix !== 'xml' && (outer.get(prefix) ?? '') !== uri)
    .sort(([left], [right]) => compare(left, right));
  const inner = declared.length === 0 ? outer : new Map([...outer, ...declared]);

  parts.push('<', element.tagName);
  for (const [prefix, uri] of declared) {
    parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"');
  }
  for (const attribute of attributes.sort(byNamespaceThenName)) {
    parts.push(' ', attribute.name, '="', escapeAttribute(attribute.value), '"');
  }
  parts.push('>');
  for (const child of element.children) {
    if (typeof child === 'string') parts.push(escapeText(child));
    else if (child !== options.without) write(child, inner, options, parts);
  }
  parts.push('</', element.tagName, '>');
}

function plainAttributes(element: XmlElement): XmlAttribute[] {
  return element.attributes.filter((attribute) => attribute.namespaceURI !== xmlnsNamespace);
}

/** Prefixes that the element itself uses or that were asked for (Exclusive XML Canonicalization 3). */
function usedBy(element: XmlElement, inclusivePrefixes: readonly string[]): Map<string, string> {
  const used = new Map<string, string>([[element.prefix ?? '', element.namespaceURI ?? '']]);
  for (const { prefix, namespaceURI } of plainAttributes(element)) {
    if (prefix) used.set(prefix, namespaceURI ?? '');
  }
  for (const listed of inclusivePrefixes) {
    const prefix = listed === '#default' ? '' : listed;
    const uri = element.bindings.get(prefix);
    if (uri) used.set(prefix, uri);
    else if (prefix === '') used.set('', '');
  }
  return used;
}

/** Every prefix that is bound where the element stands (Canonical XML 1.0, 2.3). */
const inScope = ({ bindings }: XmlElement): ReadonlyMap<string, string> => bindings;

function byNamespaceThenName(left: XmlAttribute, right: XmlAttribute): number {
  const byNamespace = compare(left.namespaceURI ?? '', right.namespaceURI ?? '');
  return byNamespace === 0 ? compare(left.localName, right.localName) : byNamespace;
}

// Names are ASCII after the scan and namespaces nearly so; UTF-8 octets order like code points where they are not.
function compare(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
