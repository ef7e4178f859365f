import { afterAll, describe, expect, test } from 'vitest';
import { foldName, storedName } from '@/lib/core/fold-name';
import { db } from '@/lib/db/client';

afterAll(() => db.$disconnect());

const hex = (text: string) => Array.from(text, (char) => char.codePointAt(0)?.toString(16).padStart(4, '0')).join(' ');

/** PostgreSQL's own tables of Unicode: its full case folding came with version 18. */
const [server] = await db.$queryRaw<
  { version: number }[]
>`SELECT current_setting('server_version_num')::int AS version`;
const knowsFolding = (server?.version ?? 0) >= 180_000;

/** What NFKC_Casefold gives by PostgreSQL. Cherokee is folded to capitals there: either will do, as long as it is one. */
const folded = (column: string) => `normalize(casefold(regexp_replace(normalize(${column}, NFKC),
  '${ignorables()}', '', 'g') COLLATE pg_unicode_fast), NFKC)`;
const oneCherokee = (text: string) => text.replace(/\p{Script=Cherokee}/gu, (char) => char.toLowerCase());

/** Default_Ignorable_Code_Point as a bracket expression: PostgreSQL has no word for the property. */
function ignorables(): string {
  const ranges: [number, number][] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    if (!/\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code))) continue;
    const last = ranges.at(-1);
    if (last?.[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const escaped = (code: number) => `\\U${code.toString(16).padStart(8, '0')}`;
  return `[${ranges.map(([from, to]) => `${escaped(from)}-${escaped(to)}`).join('')}]`;
}

describe.skipIf(!knowsFolding)('by the tables of Unicode that PostgreSQL has', () => {
  test('every character is folded as Unicode says', async () => {
    const rows = await db.$queryRawUnsafe<{ char: string; folded: string }[]>(`
      WITH assigned AS MATERIALIZED (
        SELECT chr(code) AS char FROM generate_series(1, 1114111) code
        WHERE CASE WHEN code BETWEEN 55296 AND 57343 THEN false ELSE unicode_assigned(chr(code)) END)
      SELECT char, folded FROM assigned, ${folded('char')} AS folded WHERE folded <> char`);
    expect(rows.length).toBeGreaterThan(6_000);
    const known = new Map(rows.map((row) => [row.char, oneCherokee(row.folded)]));
    const everything = Array.from({ length: 0x10ffff }, (_, index) => index + 1).filter(
      (c) => c < 0xd800 || c > 0xdfff,
    );
    const differing = everything
      .map((code) => String.fromCodePoint(code))
      .filter((char) => foldName(char) !== (known.get(char) ?? oneCherokee(char)));
    // The engine may know characters that PostgreSQL's tables do not have yet.
    const wrong = await db.$queryRaw<{ char: string }[]>`
      SELECT char FROM unnest(${differing}::text[]) AS char WHERE unicode_assigned(char)`;
    expect(
      wrong.map(({ char }) => `${hex(char)} → ${hex(foldName(char))}, not ${hex(known.get(char) ?? char)}`),
    ).toEqual([]);
    // Folded again it is the same: a stored name can be looked up by its folded form.
    expect(rows.filter(({ char }) => foldName(foldName(char)) !== foldName(char))).toEqual([]);
  });

  test('characters beside each other are folded as Unicode says, however they are composed', async () => {
    const pieces = [
      'a',
      'İ',
      'I',
      'ı',
      'ß',
      'ẞ',
      'Σ',
      'ς',
      'ﬃ',
      '̇',
      '́',
      'ͅ',
      'ᾳ',
      'Α',
      '᾽',
      'Ꮿ',
      'ꮿ',
      'ﾊ',
      'ﾞ',
      '가',
      'ᆨ',
      '­',
      'é',
    ];
    const texts = pieces.flatMap((one) => pieces.flatMap((two) => pieces.map((three) => one + two + three)));
    const rows = await db.$queryRawUnsafe<{ text: string; folded: string }[]>(
      `SELECT text, ${folded('text')} AS folded FROM unnest($1::text[]) AS text`,
      texts,
    );
    expect(rows).toHaveLength(pieces.length ** 3);
    expect(rows.filter((row) => foldName(row.text) !== oneCherokee(row.folded)).map((row) => hex(row.text))).toEqual(
      [],
    );
    expect(texts.filter((text) => foldName(text.normalize('NFD')) !== foldName(text.normalize('NFC')))).toEqual([]);
  });
});

test.each([
  ['Ärzte', 'ärzte'],
  ['A\u0308rzte', 'ärzte'],
  ['STRASSE', 'straße'],
  ['STRAẞE', 'straße'],
  ['ΟΔΟΣ', 'οδος'],
  ['οδοσ', 'οδος'],
  ['ａｎａ.ｍａｒｔｉｎｅｚ', 'ana.martinez'],
  ['an\u200ba', 'ana'],
  ['a\u00adna\ufe0f', 'ana'],
  ['ﬁnn', 'FINN'],
  ['İpek', 'i\u0307pek'],
  ['\u212aelvin', 'kelvin'],
])('%s and %s are one name', (one, other) => {
  expect(foldName(one)).toBe(foldName(other));
});

test.each([
  ['ana', '\u0430na'],
  ['kadin', 'kadın'],
  ['resume', 'résumé'],
])('%s and %s are two names', (one, other) => {
  expect(foldName(one)).not.toBe(foldName(other));
});

test('what is no text is folded without harm', () => {
  expect(foldName('\ud800')).toBe('\ud800');
  expect(foldName('')).toBe('');
});

test('what is stored fits into an index, and is text for PostgreSQL', () => {
  expect(storedName('Ana')).toBe('ana');
  expect(storedName('\u200b')).toBe('\u200b');
  expect(storedName('a\0\ud800b')).toBe('ab');
  const longest = storedName('\ufdfa'.repeat(100));
  expect(Buffer.byteLength(longest)).toBeLessThan(2_700);
  expect(storedName(`${'x'.repeat(599)}🦓`)).toBe('x'.repeat(599));
});

test('ASCII is folded to what any database makes of it, which the migration relies on', () => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
  expect(foldName(ascii)).toBe(ascii.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
});
