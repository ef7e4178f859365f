import { decryptXml, parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml.js';
import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';

/** A response taken apart as it came; nothing of it is verified. */
export interface OpenedResponse {
  xml: string;
  root: Element;
  /** Assertions anywhere in it, encrypted or not: an assertion that is hidden somewhere counts. */
  assertions: number;
  encrypted: boolean;
  /** The assertion and the document it was read from; absent where there is not exactly one that can be read. */
  assertion?: { element: Element; xml: string };
  /** Why the encrypted assertion could not be opened. */
  problem?: string;
}

/** @returns undefined where it is no Response in well-formed XML without a DOCTYPE */
export async function openResponse(samlResponse: string, privateKey: string): Promise<OpenedResponse | undefined> {
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
  const root = await rootOf(xml);
  if (root?.localName !== 'Response') return undefined;
  const all = xpath.selectElements(root, './/*[local-name()="Assertion" or local-name()="EncryptedAssertion"]');
  const direct = children(root, 'Assertion')[0];
  const sealed = children(root, 'EncryptedAssertion')[0];
  const opened = { xml, root, assertions: all.length, encrypted: sealed !== undefined };
  if (all.length !== 1) return opened;
  if (direct) return { ...opened, assertion: { element: direct, xml } };
  if (!sealed) return opened;
  try {
    const plain = await decryptXml(sealed.toString(), privateKey);
    const element = await rootOf(plain);
    if (element?.localName === 'Assertion') return { ...opened, assertion: { element, xml: plain } };
    return { ...opened, problem: 'It holds no assertion' };
  } catch (error) {
    return { ...opened, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The elements of that name straight below, or at the end of a path of such names. */
export function children(element: Element, ...path: string[]): Element[] {
  return xpath.selectElements(element, `./${path.map((name) => `*[local-name()="${name}"]`).join('/')}`);
}

/** The parser of the library mends elements that nobody closed, and takes a DOCTYPE: a strict reader does neither. */
function isWellFormed(xml: string): boolean {
  return new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml').doctype === null;
}

async function rootOf(xml: string): Promise<Element | undefined> {
  try {
    if (!isWellFormed(xml)) return undefined;
    return (await parseDomFromString(xml)).documentElement ?? undefined;
  } catch {
    return undefined;
  }
}
