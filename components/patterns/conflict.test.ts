import { expect, test } from 'vitest';
import { differencesOf, inWords } from './conflict';

const fields = {
  label: 'Label',
  url: 'Address',
  enabled: 'Enabled',
  days: { label: 'Kept', say: (n: unknown) => `${n} days` },
};
const loaded = { label: 'SIEM', url: '', enabled: true, days: 30 };

test('only what differs is told, in the words and the order of the form', () => {
  const stored = { ...loaded, days: 40, enabled: false };
  const typed = { ...loaded, days: 50, unknown: 'not a field' };
  expect(differencesOf(fields, { loaded, stored, typed })).toEqual([
    { name: 'enabled', label: 'Enabled', stored: 'no', typed: 'yes', overtaken: true },
    { name: 'days', label: 'Kept', stored: '40 days', typed: '50 days', overtaken: true },
  ]);
});

test('what only was typed here is told apart from what somebody else changed', () => {
  const stored = { ...loaded, label: 'Theirs' };
  const typed = { ...loaded, label: 'Mine', url: 'https://mine.example' };
  expect(differencesOf(fields, { loaded, stored, typed })).toMatchObject([
    { name: 'label', overtaken: true },
    { name: 'url', stored: 'empty', typed: 'https://mine.example', overtaken: false },
  ]);
});

test('both typing the same is no difference, nor is an empty field written in another way', () => {
  const stored = { ...loaded, label: 'Both', url: null };
  expect(differencesOf(fields, { loaded, stored, typed: { ...loaded, label: 'Both' } })).toEqual([]);
});

test('what the server does not tell of is not compared', () => {
  expect(differencesOf(fields, { loaded, stored: {}, typed: { ...loaded, label: 'Mine' } })).toEqual([]);
});

test('the order of the members of a value says nothing', () => {
  const compared = { attributes: 'Custom attributes' };
  const [stored, typed] = [{ attributes: { a: 1, b: 2 } }, { attributes: { b: 2, a: 1 } }];
  expect(differencesOf(compared, { loaded: typed, stored, typed })).toEqual([]);
});

test('values are told in a few words, however long they are', () => {
  expect(inWords(undefined)).toBe('empty');
  expect(inWords([])).toBe('none');
  expect(inWords(['user_create', 'user_delete'])).toBe('user_create, user_delete');
  expect(inWords({ site: 'Berlin' })).toBe('{"site":"Berlin"}');
  expect(inWords('x'.repeat(500))).toHaveLength(120);
});
