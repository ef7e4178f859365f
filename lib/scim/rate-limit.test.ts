import { expect, test } from 'vitest';
import { readRate } from './rate-limit';

test.each([
  ['RateLimit-Policy', '"default";q=100;w=60', 100],
  ['RateLimit-Policy', '"burst";q=10;w=1, "daily"; q=14400; w=86400', 10],
  ['RateLimit-Policy', '100;w=10', 600],
  ['RateLimit-Limit', '100, 100;w=60;comment="sliding"', 100],
  ['RateLimit-Policy', '"slow";q=1;w=3600', 1],
  ['RateLimit-Limit', '100', undefined],
  ['RateLimit-Policy', '"default";q=0;w=60', undefined],
  ['RateLimit-Policy', '100;w=0', undefined],
  ['X-RateLimit-Limit', '100', undefined],
])('%s: %s is read as %s requests a minute', (name, value, rate) => {
  expect(readRate({ [name.toLowerCase()]: value })).toBe(rate);
});
