import { expect, test } from 'vitest';
import { createLimiter, runLimited } from './limiter';

test('never more than the width under way, and every item once', async () => {
  const limiter = createLimiter();
  let underWay = 0;
  let highest = 0;
  const seen: number[] = [];
  await runLimited([...Array(60).keys()], limiter, async (item) => {
    underWay += 1;
    highest = Math.max(highest, underWay - limiter.width);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    seen.push(item);
    limiter.succeeded();
    return true;
  });
  expect(seen.sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
  expect(highest).toBeLessThanOrEqual(0);
});

test('a push back halves the width down to one, successes widen it again by one', () => {
  const limiter = createLimiter();
  limiter.pushedBack();
  expect(limiter.width).toBe(2);
  limiter.pushedBack();
  limiter.pushedBack();
  expect(limiter.width).toBe(1);
  for (let i = 0; i < 20; i += 1) limiter.succeeded();
  expect(limiter.width).toBe(2);
});

test('after a stop nothing further begins', async () => {
  const begun: number[] = [];
  await runLimited([1, 2, 3, 4, 5, 6, 7, 8, 9], createLimiter(), async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    return false;
  });
  expect(begun).toEqual([1, 2, 3, 4]);
});
