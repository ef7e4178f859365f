import { expect, test } from 'vitest';
import { parseJson } from './json';

test('what no database stores as text is taken out, in values and names, however far inside', () => {
  const text =
    '{"a\\u0000b": ["x\\u0000", {"c": "\\ud800!"}], "pair": "\\ud83d\\ude00", "written": "\\\\u0000 \\\\ud800"}';
  expect(parseJson(text)).toEqual({
    ab: ['x', { c: '\ufffd!' }],
    pair: '😀',
    written: '\\u0000 \\ud800',
  });
});

test('what is no JSON is undefined', () => {
  expect(parseJson('<html>')).toBeUndefined();
  expect(parseJson(`${'['.repeat(200_000)}"\\u0000"${']'.repeat(200_000)}`)).toBeUndefined();
});
