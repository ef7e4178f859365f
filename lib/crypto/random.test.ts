import { expect, test } from 'vitest';
import { random128 } from './random';

test('128 bits each time, none of them twice, across what is drawn at once', () => {
  const found = Array.from({ length: 1_000 }, () => random128('hex'));
  expect(found.every((text) => /^[0-9a-f]{32}$/.test(text))).toBe(true);
  expect(new Set(found).size).toBe(1_000);
  expect(Buffer.from(random128('base64'), 'base64')).toHaveLength(16);
});
