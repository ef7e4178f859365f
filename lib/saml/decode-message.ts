import { inflateRawSync } from 'node:zlib';
import { SamlError } from './error';
import { messageLimits } from './xml/scan';

// Base64 adds a third, percent-encoding may triple that again; deflated text is smaller than text.
const maxEncodedCharacters = messageLimits.maxCharacters * 2;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The XML in a SAMLRequest of the HTTP-POST binding: base64 (SAML Bindings 3.5.4). @throws SamlError */
export function decodePostMessage(encoded: string): string {
  return decodeUtf8(decodeBase64(encoded));
}

/**
 * The XML in a SAMLRequest of the HTTP-Redirect binding: base64 of raw DEFLATE (SAML Bindings 3.4.4.1). Inflating stops
 * at the bound of a message, so that a bomb costs no more than an honest request.
 *
 * @throws SamlError too_large, malformed_encoding
 */
export function decodeRedirectMessage(encoded: string): string {
  const deflated = decodeBase64(encoded);
  try {
    return decodeUtf8(inflateRawSync(deflated, { maxOutputLength: messageLimits.maxCharacters }));
  } catch (error) {
    if (error instanceof SamlError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new SamlError('too_large');
    throw new SamlError('malformed_encoding', 'The SAMLRequest is not compressed with raw DEFLATE.', {
      hint: 'HTTP-Redirect carries raw DEFLATE (no zlib header), then base64. HTTP-POST carries base64 alone.',
      cause: error,
    });
  }
}

/** Base64, strictly of its alphabet; line breaks and blanks are allowed (RFC 2045 wraps lines). @throws SamlError */
export function decodeBase64(encoded: string): Buffer {
  if (encoded.length > maxEncodedCharacters) throw new SamlError('too_large');
  const compact = encoded.replace(/[ \t\r\n]+/g, '');
  if (compact === '' || compact.length % 4 === 1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw new SamlError('malformed_encoding', 'A value is not valid base64.');
  }
  return Buffer.from(compact, 'base64');
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new SamlError('malformed_encoding', 'The message is not valid UTF-8.', { cause });
  }
}
