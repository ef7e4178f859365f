import { expect, test } from 'vitest';
import { tileBeside } from './tile-beside';

// Three columns; two tiles in the last row.
const places = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ left: (n % 3) * 100, top: Math.floor(n / 3) * 80 }));

test.each([
  ['down from the search: the first', -1, 'ArrowDown', 0],
  ['up from the search: nowhere', -1, 'ArrowUp', undefined],
  ['right', 1, 'ArrowRight', 2],
  ['right at the end of a row: the next row', 2, 'ArrowRight', 3],
  ['right from the last: nowhere', 7, 'ArrowRight', undefined],
  ['left from the first: nowhere', 0, 'ArrowLeft', undefined],
  ['down: the same column', 1, 'ArrowDown', 4],
  ['down where the column ends: the nearest', 5, 'ArrowDown', 7],
  ['down from the last row: nowhere', 6, 'ArrowDown', undefined],
  ['up: the same column', 7, 'ArrowUp', 4],
  ['up from the first row: the search', 2, 'ArrowUp', -1],
  ['another key: nowhere', 2, 'a', undefined],
])('arrows lead from tile to tile: %s', (_name, from, key, to) => {
  expect(tileBeside(places, from, key)).toBe(to);
});
