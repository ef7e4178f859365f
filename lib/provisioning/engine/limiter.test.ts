import { expect, test } from 'vitest';
import { createLimiter } from './limiter';

test('begins with as many as an application is expected to take', () => {
  expect(createLimiter().width).toBe(16);
});

test('a push back halves the width down to one, successes widen it again by one', () => {
  const limiter = createLimiter();
  const pushBack = () => limiter.pushedBack(limiter.begin());
  pushBack();
  expect(limiter.width).toBe(8);
  for (let i = 0; i < 5; i += 1) pushBack();
  expect(limiter.width).toBe(1);
  for (let i = 0; i < 20; i += 1) limiter.succeeded();
  expect(limiter.width).toBe(2);
});

test('a whole volley that is pushed back halves the width once', () => {
  const limiter = createLimiter();
  const volley = Array.from({ length: 16 }, () => limiter.begin());
  for (const request of volley) limiter.pushedBack(request);
  expect(limiter.width).toBe(8);
  limiter.pushedBack(limiter.begin());
  expect(limiter.width).toBe(4);
});

test('grows with every success where nothing was pushed back, to 32 and no further', () => {
  const limiter = createLimiter();
  for (let i = 0; i < 16; i += 1) limiter.succeeded();
  expect(limiter.width).toBe(32);
  for (let i = 0; i < 1_000; i += 1) limiter.succeeded();
  expect(limiter.width).toBe(32);
});
