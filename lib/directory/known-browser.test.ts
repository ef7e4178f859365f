import { expect, test } from 'vitest';
import { knownBrowserOf, rememberBrowser } from './known-browser';

const kim = { id: 'kim', passwordHash: 'hash of kim' };
const people = Array.from({ length: 6 }, (_, index) => ({ id: `person ${index}`, passwordHash: `hash ${index}` }));
const daysLater = (days: number) => new Date(Date.now() + days * 86_400_000);

test('a browser is known to the person who signed in, until the password is another', () => {
  const cookie = rememberBrowser(undefined, kim);
  expect(knownBrowserOf(cookie, kim)).toMatch(/^[\w-]{16}$/);
  expect(knownBrowserOf(cookie, { ...kim, passwordHash: 'another' })).toBeUndefined();
  expect(knownBrowserOf(cookie, { ...kim, passwordHash: null })).toBeUndefined();
  expect(knownBrowserOf(cookie, { ...kim, id: 'ana' })).toBeUndefined();
});

test('it stays the same browser at every further sign-in, for a year each', () => {
  const first = rememberBrowser(undefined, kim);
  const id = knownBrowserOf(first, kim);
  const second = rememberBrowser(first, kim, id, daysLater(300));
  expect(knownBrowserOf(second, kim, daysLater(500))).toBe(id);
  expect(knownBrowserOf(first, kim, daysLater(366))).toBeUndefined();
  expect(second.split('~')).toHaveLength(1);
});

test('five people share a browser; the sixth takes the place of the first, and the cookie grows no more', () => {
  let cookie: string | undefined;
  for (const person of people) cookie = rememberBrowser(cookie, person);
  expect(people.map((person) => knownBrowserOf(cookie, person) !== undefined)).toEqual([false, ...Array(5).fill(true)]);
  expect(cookie?.length).toBeLessThan(300);
});

test.each(['', '~~~', 'x', 'a.b.c', `${'A'.repeat(16)}.zzzzzz.${'A'.repeat(22)}`, 'x'.repeat(100_000)])(
  'what somebody made up is no browser: %.20s',
  (cookie) => {
    expect(knownBrowserOf(cookie, kim)).toBeUndefined();
    expect(knownBrowserOf(rememberBrowser(cookie, kim), kim)).toBeDefined();
  },
);
