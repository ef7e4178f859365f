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

test('nothing leaves before the rest that was asked for is over, and a shorter one does not end it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const pace = new Pace();
  const inMs = (ms: number) => new Date(Date.now() + ms);
  expect(pace.rest(inMs(60_000))).toBe(true);
  expect(pace.rest(inMs(1_000))).toBe(false);
  vi.setSystemTime(Date.now() + 59_999);
  expect(await pace.turn()).toBe(1);
  vi.setSystemTime(Date.now() + 1);
  expect(await pace.turn()).toBe(0);
});
