import { expect, test } from 'vitest';
import type { CustomAttribute } from '@/lib/mappings/source';
import { complete } from './completion';

const at = (text: string, caret = text.length, custom: CustomAttribute[] = []) => complete(text, caret, 'user', custom);
const texts = (text: string, custom: CustomAttribute[] = []) =>
  at(text, text.length, custom)?.suggestions.map((one) => one.text);

test('after a bracket only properties are offered, by any of their names, and custom attributes as well', () => {
  expect(texts('[userna')).toEqual(['[username]']);
  expect(texts('[surn'), 'by the name that Entra uses').toEqual(['[lastname]']);
  expect(texts('[COST', ['costumeSize'])).toEqual(expect.arrayContaining(['[costCenter]', '[costumeSize]']));
  const labelled = [{ name: 'costumeSize', label: 'Dress size' }];
  expect(at('[dress', 6, labelled)?.suggestions).toMatchObject([{ text: '[costumeSize]', hint: 'Dress size' }]);
  expect(texts('[lowe'), 'no function').toBeUndefined();
});

test('without a bracket functions come first, with what they take', () => {
  expect(texts('toLow')).toEqual(['ToLower(']);
  expect(at('toLow')?.suggestions[0]).toMatchObject({ label: expect.stringMatching(/^ToLower\(/) });
});

test('what is chosen takes the place of the word before the caret, wherever that is', () => {
  const text = 'ToLower([userna) & "x"';
  const found = at(text, text.indexOf(')'));
  expect(found).toMatchObject({ start: 'ToLower('.length, suggestions: [{ text: '[username]' }] });
});

test('nothing is offered within a quoted text, on an empty place, or for what nothing begins with', () => {
  expect(at('Append([username], "toLow')).toBeUndefined();
  expect(texts('Append("a", toLow'), 'the quoted text has ended').toEqual(['ToLower(']);
  expect(at('')).toBeUndefined();
  expect(at('ToLower(')).toBeUndefined();
  expect(at('zzz')).toBeUndefined();
});

test('the list stays short', () => {
  expect(texts('[')?.length).toBe(8);
});
