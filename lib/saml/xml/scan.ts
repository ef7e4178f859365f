import { SamlError } from '../error';

/** Bounds of one document; counts of characters, elements, nesting, attributes of one element and of all. */
export interface XmlLimits {
  maxCharacters: number;
  maxElements: number;
  maxDepth: number;
  maxAttributes: number;
  maxAllAttributes: number;
}

/** An honest AuthnRequest has 2 KB, 20 elements, 40 attributes and a depth of 6; a signed one with a certificate 6 KB. */
export const messageLimits: XmlLimits = {
  maxCharacters: 65_536,
  maxElements: 500,
  maxDepth: 20,
  maxAttributes: 30,
  maxAllAttributes: 1_000,
};

/** Metadata of one service provider; vendors put logos and long descriptions in it. 1 MiB. */
export const metadataLimits: XmlLimits = {
  maxCharacters: 1_048_576,
  maxElements: 5_000,
  maxDepth: 30,
  maxAttributes: 60,
  maxAllAttributes: 20_000,
};

/** What is told of a document while it is read, in its order. Raw: references and line ends are as they are written. */
export interface XmlSink {
  /** @param attributes names and values in turn */
  open(tag: string, attributes: readonly string[]): void;
  close(): void;
  /** Inside of the root. Two that follow each other are one text. */
  text(raw: string): void;
  /** A text that has no references: the content of a CDATA section. */
  literal(text: string): void;
}

const name = '[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?';
const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.0\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][A-Za-z0-9._-]*)\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\4)?[ \t\r\n]*\?>/;
const nonCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const reference = /&(?:(?:amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g;
const openTag = new RegExp(`<(${name})`, 'y');
const attribute = new RegExp(`[ \\t\\r\\n]+(${name})[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"([^<"]*)"|'([^<']*)')`, 'y');
const openTagEnd = /[ \t\r\n]*(\/?)>/y;
const closeTag = new RegExp(`</(${name})[ \\t\\r\\n]*>`, 'y');
const text = /[^<]+/y;
const aside = /<!--(?:[^-]|-[^-])*-->|<\?(?![Xx][Mm][Ll][ \t\r\n?])[A-Za-z_][A-Za-z0-9_.-]*(?:[ \t\r\n][\s\S]*?)?\?>/y;
const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/y;

/**
 * How much of XML is read. In a *message* comments, processing instructions and CDATA are refused: a comment inside a name
 * has cut names short in other products. In *metadata*, which an administrator reviews, they are common: the first two
 * are removed, CDATA becomes the text that it is; and the declared encoding is not asked, because whoever has the
 * characters has decoded them.
 */
export type XmlKind = 'message' | 'metadata';

/**
 * Reads a document token by token: well-formed, of the plain kind, and within its bounds. DOCTYPE (so entities too) is always refused.
 *
 * @param sink is told what there is, and may refuse it; whoever makes something of it throws it away where this throws
 * @throws SamlError too_large, malformed_xml
 */
export function scanXml(document: string, limits: XmlLimits, kind: XmlKind, sink: XmlSink): void {
  if (document.length > limits.maxCharacters) {
    throw new SamlError('too_large', `The document has more than ${limits.maxCharacters} characters.`);
  }
  if (nonCharacter.test(document)) throw malformed('it holds a character that XML does not allow');
  new Scanner(dropDeclaration(document, kind), limits, kind, sink).run();
}

function checkReferences(token: string): void {
  if (!token.includes('&')) return;
  for (const match of token.matchAll(reference)) {
    const [whole, decimal, hexadecimal] = match;
    if (whole === '&') throw malformed('it holds an entity that XML does not define');
    if (decimal === undefined && hexadecimal === undefined) continue;
    const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    if (codePoint > 0x10ffff || nonCharacter.test(String.fromCodePoint(codePoint))) {
      throw malformed('it refers to a character that XML does not allow');
    }
  }
}

function dropDeclaration(document: string, kind: XmlKind): string {
  if (!document.startsWith('<?xml')) return document;
  const match = declaration.exec(document);
  if (!match) throw malformed('its XML declaration is not one of XML 1.0');
  if (kind === 'metadata') return document.slice(match[0].length);
  const encoding = match[3];
  if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) {
    throw malformed(`it declares the encoding ${encoding.slice(0, 20)}; only UTF-8 is read`);
  }
  return document.slice(match[0].length);
}

class Scanner {
  private readonly open: string[] = [];
  private position = 0;
  private elements = 0;
  private attributes = 0;

  constructor(
    private readonly source: string,
    private readonly limits: XmlLimits,
    private readonly kind: XmlKind,
    private readonly sink: XmlSink,
  ) {}

  run(): void {
    while (this.position < this.source.length) this.step();
    if (this.open.length > 0 || this.elements === 0) throw malformed('it ends too early');
  }

  /** Reads one token. */
  private step(): void {
    const next = this.source[this.position + 1];
    if (this.source[this.position] !== '<') this.readText();
    else if (next === '/') this.readCloseTag();
    else if (next === '!' || next === '?') this.readAside();
    else this.readOpenTag();
  }

  private readText(): void {
    const [found = ''] = this.match(text) ?? [];
    if (found.includes(']]>')) throw malformed('it holds "]]>" in a text');
    checkReferences(found);
    if (this.open.length > 0) this.sink.text(found);
    else if (/[^ \t\r\n]/.test(found)) throw malformed('there is text outside of the root');
  }

  private readAside(): void {
    if (/^<!DOCTYPE/i.test(this.source.slice(this.position, this.position + 9))) {
      throw malformed('a DOCTYPE is not allowed');
    }
    if (this.kind === 'message') {
      throw malformed('comments, processing instructions and CDATA are not allowed');
    }
    if (this.match(aside)) return;
    const literal = this.open.length > 0 ? this.match(cdata)?.[1] : undefined;
    if (literal === undefined) {
      throw malformed('a comment, processing instruction or CDATA section in it cannot be read');
    }
    this.sink.literal(literal);
  }

  private readOpenTag(): void {
    const tag = this.match(openTag)?.[1];
    if (tag === undefined) throw malformed('a tag cannot be read');
    if (this.open.length === 0 && this.elements > 0) throw malformed('there is more than one root');
    this.elements += 1;
    if (this.elements > this.limits.maxElements)
      throw new SamlError('too_large', 'The document has too many elements.');
    const attributes = this.readAttributes();
    const end = this.match(openTagEnd);
    if (!end) throw malformed(`the tag <${tag.slice(0, 60)}> cannot be read`);
    if (this.open.length >= this.limits.maxDepth && end[1] === '')
      throw new SamlError('too_large', 'The document is nested too deeply.');
    this.sink.open(tag, attributes);
    if (end[1] === '') this.open.push(tag);
    else this.sink.close();
  }

  private readAttributes(): string[] {
    const attributes: string[] = [];
    for (let found = this.match(attribute); found; found = this.match(attribute)) {
      const [, name = '', quoted, apostrophed = ''] = found;
      const value = quoted ?? apostrophed;
      checkReferences(value);
      attributes.push(name, value);
      if (attributes.length / 2 > this.limits.maxAttributes) {
        throw new SamlError('too_large', 'An element has too many attributes.');
      }
    }
    this.attributes += attributes.length / 2;
    if (this.attributes > this.limits.maxAllAttributes)
      throw new SamlError('too_large', 'The document has too many attributes.');
    return attributes;
  }

  private readCloseTag(): void {
    const tag = this.match(closeTag)?.[1];
    if (tag === undefined || this.open.pop() !== tag) throw malformed('its tags do not match');
    this.sink.close();
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.source);
    if (match) this.position = pattern.lastIndex;
    return match;
  }
}

/** @param detail what is wrong with it, to follow "it is not acceptable:" */
export function malformed(detail: string): SamlError {
  return new SamlError('malformed_xml', `The message is not acceptable XML: ${detail}.`);
}
