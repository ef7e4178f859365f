import { randomBytes } from 'node:crypto';

const urlSafe = /^[A-Za-z0-9_-]+$/;

/** A random URL-safe secret. @param bytes entropy in bytes; 32 gives 256 bits, 43 characters. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** True when the value could have come from `randomToken`: cheap refusal before a database lookup. */
export function looksLikeToken(value: string): boolean {
  return value.length >= 16 && value.length <= 128 && urlSafe.test(value);
}
