import { AppError } from './errors';

/** Encodings that metadata comes in; others are as good as unknown to XML readers (XML 1.0, 4.3.3). */
const readable = /^(utf-8|us-ascii|utf-16(le|be)?|iso-8859-\d{1,2}|windows-125\d)$/i;

/**
 * The text of an XML document, decoded as its byte-order mark or its declaration says, else as UTF-8 (XML 1.0, appendix F).
 * The declaration stays in it, and does not count any more.
 *
 * @throws AppError `invalid_input` (xml) for an encoding that is not read, or bytes that are not of it
 */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  // The platform reads ISO-8859-1 as Windows-1252, which has other characters from 80 to 9F.
  if (/^iso-8859-1$/i.test(encoding)) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  if (!readable.test(encoding)) throw unreadable(`It is declared to be ${encoding}, which is not read.`);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(`Its bytes are not ${encoding.toUpperCase()}.`, cause);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  // Without a mark: `<` and a further character, each in two bytes.
  if (first === 0x3c && second === 0 && fourth === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c && third === 0) return 'utf-16be';
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/.exec(start)?.[1] ?? 'utf-8';
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', message, { field: 'xml', hint: 'Save the document as UTF-8.', cause });
}
