import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

/** What {@link decodeBody} throws when a body grows beyond the limit. */
export class BodyTooLargeError extends Error {}

/**
 * Undoes Content-Encoding and decodes UTF-8 (malformed bytes become U+FFFD, a byte order mark goes).
 * @param maxBytes limit after each decompression, so that a small body cannot become a huge one
 * @throws BodyTooLargeError beyond the limit; Error when the encoding is unknown or the data is corrupt
 */
export async function decodeBody(raw: Buffer, contentEncoding: string | undefined, maxBytes: number): Promise<string> {
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && text !== 'identity');
  if (encodings.length > 2) throw new Error('more than two content encodings');
  let bytes = raw;
  for (const encoding of encodings.reverse()) {
    // Some servers announce gzip on an empty answer (204, HEAD).
    if (bytes.length > 0) bytes = await decompress(bytes, encoding, maxBytes);
  }
  return new TextDecoder().decode(bytes);
}

async function decompress(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding as keyof typeof decoders] : undefined;
  if (!decode) throw new Error(`unknown content encoding ${encoding.slice(0, 40)}`);
  const limits = { maxOutputLength: maxBytes };
  try {
    return await decode(bytes, limits);
  } catch (error) {
    if (isTooLarge(error)) throw new BodyTooLargeError('response too large after decompression');
    // "deflate" is zlib (RFC 9110 §8.4.1.2), but some servers send it raw.
    if (encoding === 'deflate') return promisify(inflateRaw)(bytes, limits);
    throw error;
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
