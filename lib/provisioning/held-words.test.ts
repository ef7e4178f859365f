import { expect, test } from 'vitest';
import { heldInWords, toHeldCount } from './held-words';

test.each([
  [{ deactivate: 1 }, '1 deactivation waits for a decision'],
  [{ create: 2, update: 1 }, '2 creations and 1 change wait for a decision'],
  [{ create: 1, delete: 3, deactivate: 60 }, '60 deactivations, 3 deletions and 1 creation wait for a decision'],
  [{ deactivate: 900, create: 101 }, '1,000+ operations wait for a decision: deactivations and creations'],
])('what waits is called what it is: %o', (byAction, words) => {
  expect(heldInWords(toHeldCount(byAction))).toBe(words);
});
