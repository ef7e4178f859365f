import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';
import { SamlError } from '../error';
import { scanXml, type XmlKind, type XmlLimits } from './scan';

const parser = new DOMParser({ onError: onWarningStopParsing, locator: false });
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * Parses a document twice over: our scan must accept it, then xmldom, which is told to stop at its first warning.
 *
 * @returns the root element
 * @throws SamlError too_large, malformed_xml
 */
export function parseXml(document: string, limits: XmlLimits, kind: XmlKind = 'message'): Element {
  const scanned = scanXml(document, limits, kind);
  let root: Element | null;
  try {
    root = parser.parseFromString(scanned.document, 'text/xml').documentElement;
  } catch (cause) {
    throw new SamlError('malformed_xml', undefined, { cause });
  }
  if (!root) throw new SamlError('malformed_xml');
  let attributes = 0;
  for (const element of descendants(root)) {
    attributes += element.attributes.length;
    refuseRebinding(element);
  }
  // An attribute given twice, under two prefixes of one namespace, is one attribute to xmldom: the last wins.
  if (attributes !== scanned.attributeCount) throw ambiguous();
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

// Namespaces in XML 1.0, 3 and 5: a prefix is not bound to nothing, and xml and xmlns are left alone.
function refuseRebinding(element: Element): void {
  for (const { namespaceURI, prefix, localName, value } of Array.from(element.attributes)) {
    if (namespaceURI !== xmlnsNamespace) continue;
    const named = prefix === 'xmlns';
    if (named && (value === '' || localName === 'xml' || localName === 'xmlns')) throw ambiguous();
    if (value === xmlnsNamespace || value === xmlNamespace) throw ambiguous();
  }
}

function ambiguous(): SamlError {
  return new SamlError('malformed_xml', 'The message is not acceptable XML: its namespaces are ambiguous.');
}
