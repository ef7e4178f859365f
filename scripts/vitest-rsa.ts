import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

// Stands in for generate-rsa.ts of the product and of the sandbox (vitest.config.ts): takes keys that were made once for
// the whole run, in turn, so that only the tests of generate-rsa.ts wait for prime numbers.
const ready = 16;
let taken = 0;
const ask = fetch;

export async function generateRsa(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  const response = await ask(`${process.env.LATCHKEY_TEST_SERVER}/rsa?number=${taken++ % ready}`);
  const privateKey = createPrivateKey(await response.text());
  return { publicKey: createPublicKey(privateKey), privateKey };
}
