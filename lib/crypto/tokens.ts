import { createHash, randomBytes } from 'node:crypto';

const urlSafe = /^[A-Za-z0-9_-]{16,128}$/;

/** A random URL-safe secret. @param bytes entropy in bytes; 32 gives 256 bits, 43 characters. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** True when the value could have come from `randomToken`: a cheap refusal before a database look-up. */
export function looksLikeToken(value: string): boolean {
  return urlSafe.test(value);
}

/** SHA-256 in hex. Enough for tokens of 128 bits and more, which cannot be guessed; never for passwords. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
