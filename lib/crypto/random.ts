import { randomFillSync } from 'node:crypto';

const octets = 16;
/** Drawn for many at once: a draw costs far more than what is drawn. */
const drawn = Buffer.alloc(256 * octets);
let used = drawn.length;

/** 128 random bits as text, each time others: for nonces and IDs, which everybody may see afterwards. */
export function random128(encoding: 'base64' | 'hex'): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += octets;
  return drawn.toString(encoding, used - octets, used);
}
