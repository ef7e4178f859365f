import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '@/lib/core/errors';

const ivBytes = 12;
const tagBytes = 16;

/** The 256-bit sealing key, derived from `LATCHKEY_SECRET_KEY` so that the same secret can serve other purposes too. */
function sealingKey(): Buffer {
  const secret = process.env.LATCHKEY_SECRET_KEY;
  if (!secret || secret.length < 32)
    throw new AppError('internal', 'LATCHKEY_SECRET_KEY is missing or shorter than 32 characters.');
  return Buffer.from(hkdfSync('sha256', secret, 'latchkey', 'seal-v1', 32));
}

/**
 * Seals a secret with AES-256-GCM. The key is outside the database.
 * @param context names what is sealed and for whom, e.g. `scim-token:<application id>`; opening with another context
 * fails, so that a sealed value cannot be moved to another row.
 */
export function seal(plaintext: string, context: string): string {
  return sealBytes(Buffer.from(plaintext), context);
}

/** As {@link seal}, of bytes. @returns text that can stand in an address as it is */
export function sealBytes(plaintext: Uint8Array, context: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(), iv);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** Opens what {@link seal} made. Throws AppError `internal` when the key or the context is another, or the value was altered. */
export function unseal(sealed: string, context: string): string {
  return unsealBytes(sealed, context).toString('utf8');
}

/** The inverse of {@link sealBytes}; throws as {@link unseal}. */
export function unsealBytes(sealed: string, context: string): Buffer {
  const [version, data, ...rest] = sealed.split('.');
  if (version !== 'v1' || !data || rest.length > 0) throw new AppError('internal', 'This is not a sealed value.');
  const bytes = Buffer.from(data, 'base64url');
  // Node passes over bits that make no byte and characters that are none of base64: one value would have many texts.
  if (bytes.toString('base64url') !== data) throw new AppError('internal', 'This is not a sealed value.');
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(), bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new AppError('internal', 'A stored secret cannot be opened with the present LATCHKEY_SECRET_KEY.', { cause });
  }
}

const canaryContext = 'canary';

/** A value to store once, by which {@link canaryOpens} later tells a wrong key at start. */
export function makeCanary(): string {
  return seal('latchkey', canaryContext);
}

/** False when the secret key is not the one that sealed this installation's secrets. */
export function canaryOpens(canary: string): boolean {
  try {
    return unseal(canary, canaryContext) === 'latchkey';
  } catch {
    return false;
  }
}
