import { expect, test } from 'vitest';
import { findTiles, recentOf } from './find-tiles';

const tiles = [
  { displayLabel: 'Acme Wiki', description: 'Everything written down' },
  { displayLabel: 'Café Menu', description: 'What there is at noon' },
  { displayLabel: 'Files Egnyte', description: '' },
  { displayLabel: 'Egnyte', description: 'Files and folders' },
];
const labels = (query: string) => findTiles(tiles, query).map(({ displayLabel }) => displayLabel);

test.each([
  ['nothing typed: all, as they are', '  ', ['Acme Wiki', 'Café Menu', 'Files Egnyte', 'Egnyte']],
  ['a name that begins so comes before a word that does', 'eg', ['Egnyte', 'Files Egnyte']],
  ['names before descriptions', 'files', ['Files Egnyte', 'Egnyte']],
  ['without its accent, in any case', 'CAFE', ['Café Menu']],
  ['words in any order, of name and description', 'folders egnyte', ['Egnyte']],
  ['nothing that is not there', 'zzz', []],
])('tiles are found: %s', (_name, query, found) => {
  expect(labels(query)).toEqual(found);
});

test('the four that were used last are at hand, the latest first, where there are many', () => {
  const used = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ n, usedAt: n % 2 === 0 ? `2026-01-0${n % 9}T00:00:00Z` : null }));
  expect(recentOf(used(12)).map(({ n }) => n)).toEqual([8, 6, 4, 2]);
  expect(recentOf(used(8))).toEqual([]);
});
