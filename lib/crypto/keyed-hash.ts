import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * HMAC-SHA256 under a key of this purpose, derived from `LATCHKEY_SECRET_KEY`: nobody without the key can make it, or try
 * out what it was made of. @returns 128 bits, base64url
 */
export function keyedHash(purpose: string, text: string): string {
  const secret = process.env.LATCHKEY_SECRET_KEY ?? '';
  if (secret.length < 32) throw new Error('LATCHKEY_SECRET_KEY is missing or shorter than 32 characters.');
  const key = Buffer.from(hkdfSync('sha256', secret, 'latchkey', purpose, 32));
  return createHmac('sha256', key).update(text).digest().subarray(0, 16).toString('base64url');
}

/** Whether two texts are the same, in a time that does not tell how much of them is. */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
