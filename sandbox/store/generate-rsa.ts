import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** An RSA key of 2048 bits. Tests of other things get a ready one (scripts/vitest-rsa.ts). */
export function generateRsa(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
}
