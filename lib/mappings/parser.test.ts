import { describe, expect, test } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { evaluateExpression } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { listFunctions } from '@/lib/mappings/functions/table';
import { parseExpression } from '@/lib/mappings/parser';

const now = new Date('2024-05-01T00:00:00Z');
const value = (text: string) =>
  evaluateExpression(parseExpression(text), { username: 'ana', email: 'ana@acme.example' }, { now });

function mistake(text: string): { message: string; marked: string; position: number } {
  try {
    parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return {
      message: error.message,
      marked: text.slice(error.position, error.position + error.length),
      position: error.position,
    };
  }
  throw new Error(`${text} was accepted`);
}

describe('texts', () => {
  test.each([
    ['"United States"', 'United States'],
    ['"Company name: \\"Contoso\\""', 'Company name: "Contoso"'],
    ['"say ""yes"""', 'say "yes"'],
    ['""', ''],
    ['"a\\\\b"', 'a\\b'],
    ['"\\d+"', '\\d+'],
    ['"Zoë [not a property], (nothing)"', 'Zoë [not a property], (nothing)'],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));
});

test('numbers, hexadecimal too, and those that are too long to be exact', () => {
  expect([value('12'), value('-3'), value('1.5'), value('&HF7')]).toEqual([12, -3, 1.5, 247]);
  expect(value('132514499999999999')).toBe('132514499999999999');
});

test('a bare name is a property, and True and False are what they say', () => {
  expect([value('email'), value('[email]'), value('[ mail ]'), value('True'), value('null')]).toEqual([
    'ana@acme.example',
    'ana@acme.example',
    'ana@acme.example',
    true,
    null,
  ]);
});

test('a property may be called as a member of every object is', () => {
  expect([value('constructor'), value('toString'), value('__proto__')]).toEqual([null, null, null]);
});

test('functions are found in any case, and white space does not matter', () => {
  expect(value(' toupper (\n\t[username] ) ')).toBe('ANA');
});

test('comparisons know numbers, texts and booleans', () => {
  const truths = [
    '10 > 9',
    '"10" > 9',
    '"b" >= "a"',
    '[username] <> "Ana"',
    '[department] = ""',
    'True = "true"',
    '1 <= 1',
  ];
  expect(truths.map(value)).toEqual(truths.map(() => true));
  expect(['10 < 9', '"10" > "9"', '[username] = "Ana"'].map(value)).toEqual([false, false, false]);
});

describe('a mistake is shown where it is', () => {
  test.each([
    ['', 'Write an expression', ''],
    ['Joim(" ", [firstname])', 'Did you mean Join?', 'Joim'],
    ['Frobnicate()', 'There is no function Frobnicate.', 'Frobnicate'],
    [
      'Word([username], 1)',
      'Word needs 3 arguments, here are 2. Write Word(text, wordNumber, delimiters).',
      'Word([username], 1)',
    ],
    ['ToLower([a], "en", [b], "x")', 'ToLower takes at most 2 arguments, here are 4', '[b]'],
    ['Guid(1)', 'Guid takes no arguments', '1'],
    ['Word([username], , "@")', 'Argument 2 of Word cannot be left out', ','],
    ['Switch([a], , "x", "y", "z")', 'in pairs', 'Switch([a], , "x", "y", "z")'],
    ['Join(" ", [firstname]', 'not closed', '('],
    ['Join(" " [firstname])', 'comma', '[firstname]'],
    ['Join(" ", [firstname))', 'This [ is not closed', '['],
    ['Join(" ", "abc)', 'no closing quote', '"abc)'],
    ['ToLower([])', 'Name a property', '[]'],
    ['[a] [b]', 'has ended', '[b]'],
    ['[a])', 'no ( before it', ')'],
    ['IIF([a] = , 1, 2)', 'A value is missing', ','],
    ['IIF([a] = "b" = "c", 1, 2)', 'Only two values', '='],
    ['ToLower(“abc”)', 'straight quotes', '“'],
    ["ToLower('abc')", 'double quotes', "'"],
    ['ToLower([a]; 1)', '";" is not expected here', ';'],
    ['Append(SelectUniqueValue("a", "b"), "c")', 'outermost', 'SelectUniqueValue'],
    ['Append(IgnoreFlowIfNullOrEmpty([a]), "c")', 'outermost', 'IgnoreFlowIfNullOrEmpty'],
    ['12abc', '"1" is not expected here', '1'],
    ['CBool(1 =', 'A value is missing at the end', ''],
  ])('%s', (text, message, marked) => {
    const found = mistake(text);
    expect(found.message).toContain(message);
    expect(found.marked).toBe(marked);
  });
});

test('length and depth are bounded', () => {
  expect(mistake(`"${'a'.repeat(4_095)}"`).position).toBe(4_096);
  expect(value(`${'ToLower('.repeat(32)}"A"${')'.repeat(32)}`)).toBe('a');
  expect(mistake(`${'ToLower('.repeat(33)}"A"${')'.repeat(33)}`).message).toMatch(/deeper than 32/);
  expect(mistake('ToLower('.repeat(500)).message).toMatch(/deeper than 32/);
});

/** A small generator with a seed, so that a failure can be repeated. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test('whatever is typed, parser and evaluation throw nothing but ExpressionError, and come to an end', () => {
  const below = generator(20_240_501);
  const words = [
    ...listFunctions().map((entry) => `${entry.name}(`),
    ...[
      '(',
      ')',
      ',',
      ', ',
      '"',
      '""',
      '\\',
      '\\"',
      '[',
      ']',
      '[mail]',
      '[groups]',
      '[x]',
      '[active]',
      '=',
      '<>',
      '<',
      '1',
      '-5',
      '&H',
      '&HFF',
    ],
    ...[
      '"a"',
      '"(a+)+$"',
      '"d"',
      '"yyyy-MM-dd"',
      '"2024-02-30"',
      'True',
      'null',
      ' ',
      '\n',
      'é',
      '😀',
      '\u0000',
      '.',
      'Join',
      ';',
      '99999999999999999999',
    ],
  ];
  const source = {
    email: 'ana@acme.example',
    groups: ['a', 'b'],
    active: true,
    x: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
  };
  let accepted = 0;
  const started = cpuTime();
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: 1 + below(14) }, () => words[below(words.length)] ?? '').join('');
    try {
      evaluateExpression(parseExpression(text), source, { now });
      accepted += 1;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw new Error(`${JSON.stringify(text)} threw ${String(error)}`);
      const end = error.position + error.length;
      if (error.position < 0 || end > text.length)
        throw new Error(`${JSON.stringify(text)}: ${error.position}+${error.length}`);
    }
  }
  expect(accepted).toBeGreaterThan(100);
  expect(cpuTime() - started).toBeLessThan(20_000);
});

test('random calls with the right number of arguments throw nothing but ExpressionError', () => {
  const below = generator(7);
  const leaves = [
    '[mail]',
    '[groups]',
    '[x]',
    '[none]',
    '""',
    '"d"',
    '"a,b"',
    '"2024-03-01"',
    '3',
    '0',
    '-1',
    '1.5',
    'True',
    'null',
    '99999999999999999999',
  ];
  const build = (depth: number): string => {
    if (depth === 0 || below(4) === 0) return leaves[below(leaves.length)] ?? '';
    const candidates = listFunctions().filter((entry) => !entry.outermost);
    const entry = candidates[below(candidates.length)];
    if (!entry) return '""';
    const count = Math.min(entry.maxArgs, entry.minArgs + below(3));
    const even = entry.name === 'Switch' && count % 2 === 1 ? count + 1 : count;
    return `${entry.name}(${Array.from({ length: even }, () => build(depth - 1)).join(', ')})`;
  };
  let evaluated = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const text = build(4);
    try {
      evaluateExpression(parseExpression(text), { email: 'a@b', groups: ['a', 'b'], x: 'aaa bbb' }, { now });
      evaluated += 1;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw new Error(`${text} threw ${String(error)}`);
    }
  }
  expect(evaluated).toBeGreaterThan(500);
});
