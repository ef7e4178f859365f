import { expect, test } from 'vitest';
import { sameJson } from './same-json';

test.each([
  [
    { a: 1, b: { c: [{ d: 1, e: 2 }] } },
    { b: { c: [{ e: 2, d: 1 }] }, a: 1 },
  ],
  [{ a: undefined }, {}],
  [undefined, undefined],
  [new Date(0), new Date(0)],
])('%j and %j are the same', (left, right) => {
  expect(sameJson(left, right)).toBe(true);
});

test.each([
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: null }, {}],
  [{ a: [] }, { a: {} }],
  ['1', 1],
  [null, undefined],
])('%j and %j differ', (left, right) => {
  expect(sameJson(left, right)).toBe(false);
});
