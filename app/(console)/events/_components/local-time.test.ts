import { afterEach, describe, expect, test, vi } from 'vitest';
import { toIso, toLocal } from './local-time';

afterEach(() => vi.unstubAllEnvs());

describe.each([
  ['America/St_Johns', '2026-07-01T20:30'],
  ['Asia/Kathmandu', '2026-07-02T04:45'],
  ['UTC', '2026-07-01T23:00'],
])('in %s', (zone, local) => {
  test('a moment is shown by the clock of the place, and read back as the same moment', () => {
    vi.stubEnv('TZ', zone);
    expect(toLocal('2026-07-01T23:00:00.000Z')).toBe(local);
    expect(toIso(local)).toBe('2026-07-01T23:00:00.000Z');
  });
});

test('summer and winter of one place have their own distance from UTC', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  expect([toLocal('2026-01-15T11:00:00Z'), toLocal('2026-07-15T11:00:00Z')]).toEqual([
    '2026-01-15T12:00',
    '2026-07-15T13:00',
  ]);
});

test('what is empty, half typed or no moment is none', () => {
  expect([toLocal(undefined), toLocal(''), toLocal('soon')]).toEqual(['', '', '']);
  expect([toIso(''), toIso('2026-13-45T00:00')]).toEqual([undefined, undefined]);
});
