import type { Call, FunctionEntry } from '@/lib/mappings/functions/function';

/** Letters that Unicode does not decompose, written as Entra's table writes them. */
const undecomposed: Readonly<Record<string, string>> = {
  æ: 'ae',
  Æ: 'AE',
  ø: 'oe',
  Ø: 'OE',
  œ: 'oe',
  Œ: 'OE',
  ß: 'ss',
  ẞ: 'SS',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ħ: 'h',
  Ħ: 'H',
};

const anyUndecomposed = new RegExp(`[${Object.keys(undecomposed).join('')}]`, 'g');

/** ASCII letters for accented ones, so that a name can become part of a username. */
export function normalizeDiacritics(text: string): string {
  const stripped = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  return stripped.replace(anyUndecomposed, (letter) => undecomposed[letter] ?? letter);
}

/** First letter of each word in upper case, the others in lower case. Without separators: all but letters, digits and '. */
export function properCase(text: string, separators: string | null): string {
  if (separators === null || separators === '') {
    return text.replace(/\p{L}(?:[\p{L}\p{M}\p{N}]|['’])*/gu, capitalise);
  }
  let word = '';
  let result = '';
  for (const character of text) {
    if (separators.includes(character)) {
      result += capitalise(word) + character;
      word = '';
    } else word += character;
  }
  return result + capitalise(word);
}

function capitalise(word: string): string {
  const [first = '', ...rest] = word;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** Most functions give null for null: `ToLower(null)` must not turn "no department" into an empty department. */
function onText(call: Call, change: (text: string) => string): string | null {
  const text = call.text(0);
  return text === null ? null : change(text);
}

function inCulture(call: Call, change: (text: string, culture: string) => string, invariant: (text: string) => string) {
  const culture = call.text(1);
  return onText(call, (text) => {
    if (!culture) return invariant(text);
    try {
      return change(text, culture);
    } catch {
      return call.fail(`"${culture}" is not a culture. Write one such as "en-US" or "tr-TR".`, 1);
    }
  });
}

/** The n-th word, n from 1; empty beyond the last one. Runs of delimiters count as one. */
function word(text: string | null, number: number, delimiters: string): string {
  if (text === null || number < 1) return '';
  const words: string[] = [];
  let current = '';
  for (const character of text) {
    if (delimiters.includes(character)) {
      if (current !== '') words.push(current);
      current = '';
    } else current += character;
  }
  if (current !== '') words.push(current);
  return words[number - 1] ?? '';
}

/** Position from 1, or 0 where there is none. */
function inStr(call: Call): number {
  const compare = call.text(3) ?? 'vbBinaryCompare';
  if (!['vbTextCompare', 'vbBinaryCompare', '0', '1'].includes(compare)) {
    call.fail('The fourth argument is vbTextCompare or vbBinaryCompare.', 3);
  }
  const fold = (text: string) => (compare === 'vbTextCompare' || compare === '1' ? text.toLowerCase() : text);
  const start = call.given(2) ? call.integer(2) : 1;
  if (start < 1) call.fail('Positions start at 1.', 2);
  return fold(call.text(0) ?? '').indexOf(fold(call.text(1) ?? ''), start - 1) + 1;
}

export const textFunctions: readonly FunctionEntry[] = [
  {
    name: 'Append',
    signature: 'Append(source, suffix)',
    summary: 'The source with the suffix after it; nothing if the source has no value.',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: (call) => onText(call, (text) => text + (call.text(1) ?? '')),
  },
  {
    name: 'InStr',
    signature: 'InStr(text, searched, start, compareType)',
    summary: 'Position of the first occurrence, counted from 1; 0 if there is none.',
    minArgs: 2,
    maxArgs: 4,
    pure: true,
    apply: inStr,
  },
  {
    name: 'Left',
    signature: 'Left(text, length)',
    summary: 'The first characters of the text.',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: (call) => {
      const text = call.text(0) ?? '';
      const length = call.integer(1);
      return length < 0 ? text : [...text].slice(0, length).join('');
    },
  },
  {
    name: 'Right',
    signature: 'Right(text, length)',
    summary: 'The last characters of the text. (Not in Entra.)',
    minArgs: 2,
    maxArgs: 2,
    pure: true,
    apply: (call) => {
      const characters = [...(call.text(0) ?? '')];
      const length = call.integer(1);
      return length < 0 ? characters.join('') : characters.slice(Math.max(0, characters.length - length)).join('');
    },
  },
  {
    name: 'Mid',
    signature: 'Mid(source, start, length)',
    summary: 'A part of the text; the first character has position 1.',
    minArgs: 3,
    maxArgs: 3,
    pure: true,
    apply: (call) => {
      const start = call.integer(1);
      const length = call.integer(2);
      if (start < 1) call.fail('Positions start at 1.', 1);
      if (length < 0) call.fail('A length cannot be negative.', 2);
      return onText(call, (text) => [...text].slice(start - 1, start - 1 + length).join(''));
    },
  },
  {
    name: 'NormalizeDiacritics',
    signature: 'NormalizeDiacritics(source)',
    summary: 'The text with plain letters in place of accented ones.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => onText(call, normalizeDiacritics),
  },
  {
    name: 'PCase',
    signature: 'PCase(source, wordSeparators)',
    summary: 'The first letter of each word in upper case, the others in lower case.',
    minArgs: 1,
    maxArgs: 2,
    pure: true,
    apply: (call) => onText(call, (text) => properCase(text, call.text(1))),
  },
  {
    name: 'StripSpaces',
    signature: 'StripSpaces(source)',
    summary: 'The text without its space characters.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => onText(call, (text) => text.replaceAll(' ', '')),
  },
  {
    name: 'ToLower',
    signature: 'ToLower(source, culture)',
    summary: 'The text in lower case.',
    minArgs: 1,
    maxArgs: 2,
    pure: true,
    apply: (call) =>
      inCulture(
        call,
        (text, culture) => text.toLocaleLowerCase(culture),
        (text) => text.toLowerCase(),
      ),
  },
  {
    name: 'ToUpper',
    signature: 'ToUpper(source, culture)',
    summary: 'The text in upper case.',
    minArgs: 1,
    maxArgs: 2,
    pure: true,
    apply: (call) =>
      inCulture(
        call,
        (text, culture) => text.toLocaleUpperCase(culture),
        (text) => text.toUpperCase(),
      ),
  },
  {
    name: 'Word',
    signature: 'Word(text, wordNumber, delimiters)',
    summary: 'One word of the text, counted from 1; each character of the delimiters separates words.',
    minArgs: 3,
    maxArgs: 3,
    pure: true,
    apply: (call) => word(call.text(0), call.integer(1), call.text(2) ?? ''),
  },
];
