import { expect, test } from 'vitest';
import { statusForOnlyLooking } from './only-looks';

const answer = (method: string, headers: Record<string, string> = {}) =>
  statusForOnlyLooking(method, (name) => headers[name]);

test('HEAD is answered by itself', () => {
  expect(answer('HEAD')).toBe(200);
});

test.each([
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'sec-purpose': 'prefetch;anonymous-client-ip' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
  { purpose: 'preview' },
])('what is fetched in advance fails, so that the browser asks again: %j', (headers) => {
  expect(answer('GET', headers)).toBe(503);
});

test('whoever goes there is let through', () => {
  expect(answer('GET')).toBeUndefined();
  expect(answer('GET', { 'sec-purpose': '' })).toBeUndefined();
  expect(answer('POST')).toBeUndefined();
});
