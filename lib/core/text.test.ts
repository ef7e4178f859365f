import { describe, expect, test } from 'vitest';
import { cleanLine, nameProblem, plainName, severalLines, singleLine } from '@/lib/core/text';

const problemOf = (text: string) => singleLine('Label').safeParse(text).error?.issues[0]?.message;

describe('a line', () => {
  test.each(['Egnyte US West', 'Ana María', "O'Brien-Łoś", 'שלום', 'علی\u200cرضا', '👩‍💻', '  padded  '])(
    'may be %j',
    (text) => {
      expect(singleLine('Label').parse(text)).toBe(text.trim());
    },
  );

  test.each([
    ['a\nb', 'Label holds U+000A (line break).'],
    ['a\r\nb', 'Label holds U+000D (line break).'],
    ['a\u2028b', 'Label holds U+2028 (line break).'],
    ['a\tb', 'Label holds U+0009 (tab).'],
    ['a\u0000b', 'Label holds U+0000 (control character).'],
    ['a\u0085b', 'Label holds U+0085 (control character).'],
    ['a\u202eb', 'Label holds U+202E (direction mark).'],
    ['a\u2066b', 'Label holds U+2066 (direction mark).'],
    ['a\u200fb', 'Label holds U+200F (direction mark).'],
    ['a\ud800', 'Label holds U+D800 (half of a character).'],
    ['a\uffff', 'Label holds U+FFFF (not assigned).'],
  ])('may not be %j', (text, message) => {
    expect(problemOf(text)).toBe(message);
  });

  test.each(['a\nb', 'a\u202eb', ' \r\n a  \t b\u2029', 'a\ud800\uffff b\u0000', 'plain'])('is made of %j', (text) => {
    const cleaned = cleanLine(text);
    expect(problemOf(cleaned)).toBeUndefined();
    expect(cleaned).toMatch(/^(a ?b|plain)$/);
  });
});

test('text of several lines has line breaks and tabs, and nothing else of that kind', () => {
  const text = severalLines('Description');
  expect(text.parse(' one\r\n\ttwo ')).toBe('one\r\n\ttwo');
  const problem = (value: string) => text.safeParse(value).error?.issues[0]?.message;
  expect(problem('one\n\u0007two')).toBe('Description holds U+0007 (control character).');
  expect(problem('one\n\u202etwo')).toBe('Description holds U+202E (direction mark).');
});

describe('a name', () => {
  const name = plainName('Username');

  test.each(['ana.martinez', 'Ärzte', 'מרים.12', 'ａｎａ', 'аna', 'ana@acme.example'])('may be %j', (text) => {
    expect(name.parse(` ${text}\n`)).toBe(text);
  });

  test.each([
    ['an\u200ba', 'Username holds U+200B (zero-width space).'],
    ['an\u200da', 'Username holds U+200D (zero-width joiner).'],
    ['an\u2060a', 'Username holds U+2060 (invisible).'],
    ['an\u00ada', 'Username holds U+00AD (soft hyphen).'],
    ['ana\ufe0f', 'Username holds U+FE0F (variation selector).'],
    ['ana\u{e0101}', 'Username holds U+E0101 (variation selector).'],
    ['ana\u034f', 'Username holds U+034F (invisible).'],
    ['ana\u3164b', 'Username holds U+3164 (invisible).'],
    ['ana\u2800b', 'Username holds U+2800 (invisible).'],
    ['ana\u202eb', 'Username holds U+202E (direction mark).'],
    ['ana\u0007b', 'Username holds U+0007 (control character).'],
    ['ana\ue000', 'Username holds U+E000 (for private use).'],
    ['ana\u0378', 'Username holds U+0378 (not assigned).'],
    ['ana\udc00', 'Username holds U+DC00 (half of a character).'],
    ['anaמרים', 'Username mixes letters written from left to right and from right to left.'],
    ['مa', 'Username mixes letters written from left to right and from right to left.'],
  ])('may not be %j', (text, message) => {
    expect(nameProblem('Username', text)).toBe(message);
  });

  test('holds nothing that Unicode calls ignorable, control, format, unassigned or private', () => {
    const accepted: string[] = [];
    for (let code = 0; code <= 0xe0fff; code += code === 0x1ffff ? 0xc0001 : 1) {
      const char = String.fromCodePoint(code);
      const unwanted = /[\p{C}\p{Default_Ignorable_Code_Point}]/u.test(char);
      if (unwanted && name.safeParse(`a${char}b`).success) accepted.push(code.toString(16));
    }
    expect(accepted).toEqual([]);
  });
});
