import { malformed, scanXml, type XmlKind, type XmlLimits, type XmlSink } from './scan';
import { type XmlAttribute, XmlElement } from './tree';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * Reads a document (XML 1.0, Namespaces in XML 1.0) of elements, attributes and texts, and refuses everything else, whatever is not
 * well-formed, and namespaces that two readers could understand in two ways.
 *
 * @returns the root element
 * @throws SamlError too_large, malformed_xml
 */
export function parseXml(document: string, limits: XmlLimits, kind: XmlKind = 'message'): XmlElement {
  const tree = new Tree();
  scanXml(document, limits, kind, tree);
  if (!tree.root) throw malformed('it ends too early');
  return tree.root;
}

class Tree implements XmlSink {
  root: XmlElement | undefined;
  private current: XmlElement | undefined;

  open(tag: string, written: readonly string[]): void {
    const outer = this.current?.bindings ?? nothingBound;
    const bindings = bind(outer, written);
    const [prefix, localName] = split(tag);
    const attributes: XmlAttribute[] = [];
    for (let place = 0; place < written.length; place += 2) {
      addAttribute(attributes, written[place] ?? '', written[place + 1] ?? '', bindings);
    }
    const namespace = prefix === null ? (bindings.get('') ?? '') : boundTo(prefix, bindings);
    const parent = this.current;
    const element = new XmlElement(tag, prefix, localName, namespace || null, attributes, bindings, parent);
    if (parent) parent.children.push(element);
    else this.root = element;
    this.current = element;
  }

  close(): void {
    this.current = this.current?.parent;
  }

  text(raw: string): void {
    this.add(expand(withLineFeeds(raw)));
  }

  literal(text: string): void {
    this.add(withLineFeeds(text));
  }

  private add(text: string): void {
    const children = this.current?.children ?? [];
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + text;
    else if (text !== '') children.push(text);
  }
}

const nothingBound: ReadonlyMap<string, string> = new Map([['xml', xmlNamespace]]);

/** What an element sees bound: its own declarations over those around it. */
function bind(outer: ReadonlyMap<string, string>, written: readonly string[]): ReadonlyMap<string, string> {
  let bindings: Map<string, string> | undefined;
  for (let place = 0; place < written.length; place += 2) {
    const [prefix, localName] = split(written[place] ?? '');
    if (prefix !== 'xmlns' && (prefix !== null || localName !== 'xmlns')) continue;
    const uri = attributeValue(written[place + 1] ?? '');
    // Namespaces in XML 1.0, 3 and 5: a prefix is not bound to nothing, and xml and xmlns are left alone.
    if (prefix === 'xmlns' && (uri === '' || localName === 'xml' || localName === 'xmlns')) throw ambiguous();
    if (uri === xmlnsNamespace || uri === xmlNamespace) throw ambiguous();
    bindings ??= new Map(outer);
    bindings.set(prefix === null ? '' : localName, uri);
  }
  return bindings ?? outer;
}

function addAttribute(
  attributes: XmlAttribute[],
  name: string,
  raw: string,
  bindings: ReadonlyMap<string, string>,
): void {
  const [prefix, localName] = split(name);
  const namespaceURI = namespaceOfAttribute(prefix, localName, bindings);
  for (const other of attributes) {
    if (other.localName === localName && other.namespaceURI === namespaceURI) throw ambiguous();
  }
  attributes.push({ name, prefix, localName, namespaceURI, value: attributeValue(raw) });
}

// Namespaces in XML 1.0, 6.2: the default namespace is none of attributes.
function namespaceOfAttribute(
  prefix: string | null,
  localName: string,
  bindings: ReadonlyMap<string, string>,
): string | null {
  if (prefix === 'xmlns' || (prefix === null && localName === 'xmlns')) return xmlnsNamespace;
  return prefix === null ? null : boundTo(prefix, bindings);
}

function boundTo(prefix: string, bindings: ReadonlyMap<string, string>): string {
  const uri = bindings.get(prefix);
  if (uri === undefined) throw malformed('a prefix in it is not bound to a namespace');
  return uri;
}

function split(name: string): [prefix: string | null, localName: string] {
  const at = name.indexOf(':');
  return at === -1 ? [null, name] : [name.slice(0, at), name.slice(at + 1)];
}

// XML 1.0, 2.11
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

// XML 1.0, 3.3.3: what is written as itself becomes a blank, what is written as a reference stays.
function attributeValue(raw: string): string {
  return expand(/[\t\n\r]/.test(raw) ? withLineFeeds(raw).replace(/[\t\n]/g, ' ') : raw);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The characters that references stand for; the scan has seen to it that each stands for one. */
function expand(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (_whole, hexadecimal, decimal, name: string) => {
    if (hexadecimal) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return decimal ? String.fromCodePoint(Number(decimal)) : (entities[name] ?? '');
  });
}

const ambiguous = () => malformed('its namespaces are ambiguous');
