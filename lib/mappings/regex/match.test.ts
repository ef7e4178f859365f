import { describe, expect, test } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { findMatches, matchesPattern } from '@/lib/mappings/regex/match';
import { PatternError, parsePattern } from '@/lib/mappings/regex/pattern';

const spans = (pattern: string, text: string) =>
  findMatches(parsePattern(pattern), [...text]).map(({ start, end }) => [start, end]);

/** The same question to the host's engine. */
function hostSpans(pattern: string, text: string): number[][] {
  return [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => [match.index, match.index + match[0].length]);
}

test('finds what the host finds, for ten thousand random patterns and texts', () => {
  let state = 42;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const atoms = [
    'a',
    'b',
    'c',
    '.',
    '\\d',
    '\\w',
    '\\W',
    '\\s',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '\\b',
    '^',
    '$',
    '-',
    '@',
    '1',
  ];
  const quantifiers = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{1,}'];
  const build = (depth: number): string =>
    Array.from({ length: 1 + below(3) }, () => {
      const kind = depth > 0 ? below(8) : 7;
      if (kind === 0) return `(${build(depth - 1)})${quantifiers[below(quantifiers.length)]}`;
      if (kind === 1) return `(?:${build(depth - 1)}|${build(depth - 1)})`;
      if (kind === 2) return `(?${below(2) ? '=' : '!'}${build(depth - 1)})`;
      const atom = atoms[below(atoms.length)] ?? 'a';
      return /^(\\b|\^|\$)$/.test(atom) ? atom : `${atom}${quantifiers[below(quantifiers.length)]}`;
    }).join('');
  for (let round = 0; round < 10_000; round += 1) {
    const pattern = build(2);
    const text = Array.from({ length: below(9) }, () => 'aabc1 -@'[below(8)] ?? '').join('');
    expect(spans(pattern, text), `${pattern} in ${JSON.stringify(text)}`).toEqual(hostSpans(pattern, text));
  }
});

describe('beside that', () => {
  test('(?i), categories, back-references and names work as in .NET', () => {
    expect(spans('(?i)ANA', 'xAnax')).toEqual([[1, 4]]);
    expect(spans('(?i)[a-c]+', 'xABCx')).toEqual([[1, 4]]);
    expect(spans('\\p{Lu}\\p{L}+', 'ana Élise')).toEqual([[4, 9]]);
    expect(spans('(?<x>a|b)\\k<x>', 'abba')).toEqual([[1, 3]]);
    expect(spans("(?'x'a)\\1", 'baa')).toEqual([[1, 3]]);
  });

  test('a character outside the basic plane counts as one', () => {
    expect(spans('^.$', '😀')).toEqual([[0, 1]]);
  });

  test('a long text costs no depth', () => {
    expect(matchesPattern(parsePattern('^.*@.*$'), `${'a'.repeat(8_000)}@b`)).toBe(true);
    expect(matchesPattern(parsePattern('^(.)*@(b)$'), `${'a'.repeat(8_000)}@b`)).toBe(true);
    expect(findMatches(parsePattern('(a)*b'), [...'caaab'])[0]?.groups).toEqual([
      [1, 5],
      [3, 4],
    ]);
  });
});

test.each([
  ['(', 0, 'not closed'],
  ['a)', 1, 'no ( before'],
  ['[a', 0, 'not closed'],
  ['*a', 0, 'Nothing to repeat'],
  ['a**', 2, 'Nothing to repeat'],
  ['[z-a]', 2, 'out of order'],
  ['a{3,1}', 0, 'out of order'],
  ['a{1001}', 0, 'limited'],
  ['(?<=a)b', 0, 'Lookbehind'],
  ['(?>a)', 0, 'not supported'],
  ['(?s)a', 0, 'only (?i)'],
  ['(?<a>x)(?<a>y)', 7, 'two groups'],
  ['a\\', 2, 'ends with'],
  ['\\xZZ', 2, 'hexadecimal'],
])('the pattern %s is refused at %i', (pattern, position, message) => {
  try {
    parsePattern(pattern);
  } catch (error) {
    expect(error).toBeInstanceOf(PatternError);
    expect(error instanceof PatternError ? [error.position, error.message] : []).toEqual([
      position,
      expect.stringContaining(message),
    ]);
    return;
  }
  throw new Error(`${pattern} was accepted`);
});

test('a pattern with exponentially many ways is given up', () => {
  const started = cpuTime();
  expect(() => matchesPattern(parsePattern('^(a+)+$'), `${'a'.repeat(60)}!`)).toThrow(PatternError);
  expect(cpuTime() - started).toBeLessThan(1_000);
});
