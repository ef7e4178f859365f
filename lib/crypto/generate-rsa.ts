import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Makes an RSA-2048 key pair: some 100 ms of one core. Tests of other things get a ready one (scripts/vitest-rsa.ts). */
export function generateRsa(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return generate('rsa', { modulusLength: 2048 });
}
