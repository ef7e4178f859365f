import { expect, test } from 'vitest';
import { generateRsa as generateOverThere } from '@/sandbox/store/generate-rsa';
import { generateRsa } from './generate-rsa';

test.each([
  ['the product', generateRsa],
  ['the sandbox', generateOverThere],
])('%s makes RSA keys of 2048 bits, each its own', async (_who, make) => {
  const made = [await make(), await make()];
  for (const { publicKey, privateKey } of made) {
    expect(publicKey.asymmetricKeyType).toBe('rsa');
    expect(publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n });
    expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  }
  expect(made[0]?.publicKey.equals(made[1]?.publicKey as never)).toBe(false);
});
