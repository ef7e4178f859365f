import { expect, test } from 'vitest';
import { maxAttempts, nextAttempt } from './retry-schedule';

const at = new Date('2026-03-01T00:00:00Z');
const seconds = (attempts: number, retryAfterMs?: number, random = 0) => {
  const next = nextAttempt(attempts, at, retryAfterMs, random);
  return next && (next.getTime() - at.getTime()) / 1000;
};

test('pauses grow from seconds to a day, then it is given up', () => {
  const pauses = Array.from({ length: maxAttempts }, (_, index) => seconds(index + 1));
  expect(pauses).toEqual([10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, undefined]);
});

test('jitter only lengthens a pause, by a fifth at most', () => {
  expect(seconds(1, undefined, 1)).toBe(12);
  expect(seconds(8, undefined, 0.5)).toBe(95_040);
});

test('a receiver may ask for more patience, within bounds, and never for less', () => {
  expect(seconds(1, 30_000)).toBe(30);
  expect(seconds(3, 1_000)).toBe(300);
  expect(seconds(1, 365 * 86_400_000)).toBe(6 * 3_600);
  expect(seconds(maxAttempts, 30_000), 'asking does not add attempts').toBeUndefined();
});
