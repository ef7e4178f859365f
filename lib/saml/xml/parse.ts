import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';
import { SamlError } from '../error';
import { scanXml, type XmlLimits } from './scan';

const parser = new DOMParser({ onError: onWarningStopParsing, locator: false });
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * Parses a document twice over: our scan must accept it, then xmldom, which is told to stop at its first warning.
 *
 * @param asides see {@link scanXml}
 * @returns the root element
 * @throws SamlError too_large, malformed_xml
 */
export function parseXml(document: string, limits: XmlLimits, asides: 'refuse' | 'remove' = 'refuse'): Element {
  const scanned = scanXml(document, limits, asides);
  let root: Element | null;
  try {
    root = parser.parseFromString(scanned, 'text/xml').documentElement;
  } catch (cause) {
    throw new SamlError('malformed_xml', undefined, { cause });
  }
  if (!root) throw new SamlError('malformed_xml');
  for (const element of descendants(root)) checkNamespaces(element);
  return root;
}

/** The element and all elements below it, in document order. */
export function* descendants(element: Element): Generator<Element> {
  yield element;
  for (const child of childElements(element)) yield* descendants(child);
}

/** The elements directly below an element. */
export function childElements(element: Element): Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

// Namespaces in XML 1.0: no attribute twice under two prefixes, no prefix bound to nothing, xml and xmlns left alone.
function checkNamespaces(element: Element): void {
  const seen = new Set<string>();
  for (const attribute of Array.from(element.attributes)) {
    const key = `${attribute.namespaceURI ?? ''} ${attribute.localName}`;
    const declares = attribute.namespaceURI === xmlnsNamespace;
    const rebinds =
      declares &&
      ((attribute.prefix === 'xmlns' && (attribute.value === '' || /^xml(ns)?$/.test(attribute.localName ?? ''))) ||
        attribute.value === xmlnsNamespace ||
        attribute.value === xmlNamespace);
    if (seen.has(key) || rebinds) {
      throw new SamlError('malformed_xml', 'The message is not acceptable XML: its namespaces are ambiguous.');
    }
    seen.add(key);
  }
}
