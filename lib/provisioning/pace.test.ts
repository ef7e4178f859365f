import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from './pace';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('requests leave one after the other, as many in a minute as are allowed; a pause is not made up for', async () => {
  const pace = new Pace();
  pace.allow(30);
  let left = 0;
  const leave = () => pace.turn().then(() => (left += 1));
  for (let request = 0; request < 5; request += 1) void leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(left).toBe(1);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(left).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(left).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(left).toBe(5);
  for (let request = 0; request < 3; request += 1) void leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(left).toBe(6);
});

test('without a bound nothing waits', async () => {
  const pace = new Pace();
  pace.allow(1);
  await pace.turn();
  pace.allow(0);
  await pace.turn();
});
