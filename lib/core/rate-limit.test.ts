import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limit';

test('the whole limit at once, then one as each becomes free, and every key for itself', () => {
  const limiter = new RateLimiter();
  for (let sent = 1; sent <= 60; sent += 1) {
    expect(limiter.take('a', 60, 1_000)).toMatchObject({ allowed: true, remaining: 60 - sent });
  }
  expect(limiter.take('a', 60, 1_000)).toEqual({ limit: 60, remaining: 0, resetSeconds: 1, allowed: false });
  expect(limiter.take('b', 60, 1_000).allowed).toBe(true);
  expect(limiter.take('a', 60, 1_900).allowed, 'not yet a second').toBe(false);
  expect(limiter.take('a', 60, 2_000).allowed).toBe(true);
  expect(limiter.take('a', 60, 2_000).allowed).toBe(false);
  expect(limiter.take('a', 60, 120_000), 'never more than the limit').toMatchObject({ remaining: 59 });
});

test('who waits as long as was said is let through', () => {
  const limiter = new RateLimiter();
  limiter.take('slow', 1, 0);
  const refused = limiter.take('slow', 1, 0);
  expect(refused).toMatchObject({ allowed: false, resetSeconds: 60 });
  expect(limiter.take('slow', 1, refused.resetSeconds * 1_000).allowed).toBe(true);
});

test('however many keys ask, as many are kept as was said, and the others are served at the same cost', () => {
  const limiter = new RateLimiter(1_000);
  limiter.take('in use', 1, 0);
  for (let key = 0; key < 50_000; key += 1) {
    limiter.take(String(key), 60, 0);
    if (key % 500 === 0) expect(limiter.take('in use', 1, 0).allowed, 'a key in use is not forgotten').toBe(false);
  }
  expect(limiter.size).toBe(1_000);
});
