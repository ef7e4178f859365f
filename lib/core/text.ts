import { z } from 'zod';

/** Control characters, line and paragraph separators, what turns the direction of text, and what is no character. */
const unfitForLine = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\p{Noncharacter_Code_Point}]/u;
/** Besides: whatever is invisible, not assigned or for private use. The Braille blank is a symbol, and empty. */
const unfitForName = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Blocks whose letters are written from right to left (DerivedBidiClass.txt: R and AL are their default). */
const rightToLeft = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const letters = [new RegExp(`(?=\\p{L})[${rightToLeft}]`, 'u'), new RegExp(`(?=\\p{L})[^${rightToLeft}]`, 'u')];

/** Texts without what is unfit. */
const without = (unfit: RegExp, but = '') => new RegExp(`^(?:${but}[^${unfit.source.slice(1, -1)}])*$`, 'u');

/** Text of one line, trimmed, as every name, label and title is. @param label as a message begins: "Display label" */
export function singleLine(label: string) {
  return z
    .string()
    .trim()
    .regex(without(unfitForLine), { error: (issue) => holds(label, String(issue.input), unfitForLine) });
}

/** Text of several lines, trimmed: of what {@link singleLine} refuses, tabs and line breaks may be in it. */
export function severalLines(label: string) {
  return z
    .string()
    .trim()
    .regex(without(unfitForLine, String.raw`[\t\n\r]|`), {
      error: (issue) => holds(label, String(issue.input).replace(/[\t\n\r]/g, ' '), unfitForLine),
    });
}

/**
 * A name by which somebody signs in or is known elsewhere, trimmed: nothing in it is invisible, and it is written in one
 * direction, so that two names that look the same are the same (letters of different scripts aside).
 */
export function plainName(label: string) {
  return z
    .string()
    .trim()
    .regex(without(unfitForName), { error: (issue) => holds(label, String(issue.input), unfitForName) })
    .refine(
      (text) => !letters.every((kind) => kind.test(text)),
      `${label} mixes letters written from left to right and from right to left.`,
    );
}

/** What is wrong with a name that was not typed here, in words; undefined: nothing. */
export function nameProblem(label: string, text: string): string | undefined {
  return plainName(label).safeParse(text).error?.issues[0]?.message;
}

/** Text from somewhere else as one line: what {@link singleLine} refuses becomes a space, or goes where it takes no room. */
export function cleanLine(text: string): string {
  return text
    .replace(/[\p{Bidi_Control}\p{Cs}\p{Noncharacter_Code_Point}]/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

function holds(label: string, text: string, unfit: RegExp): string {
  return `${label} holds ${describeCharacter(unfit.exec(text)?.[0] ?? '')}.`;
}

const words: [RegExp, string][] = [
  [/[\n\r\p{Zl}\p{Zp}]/u, 'line break'],
  [/\t/, 'tab'],
  [/\u200b/, 'zero-width space'],
  [/[\u200c\u200d]/, 'zero-width joiner'],
  [/\u00ad/, 'soft hyphen'],
  [/\p{Variation_Selector}/u, 'variation selector'],
  [/\p{Bidi_Control}/u, 'direction mark'],
  [/\p{Cc}/u, 'control character'],
  [/\p{Cs}/u, 'half of a character'],
  [/\p{Co}/u, 'for private use'],
  [/\p{Default_Ignorable_Code_Point}|\p{Cf}|\u2800/u, 'invisible'],
];

/** How a character is named to somebody who may not see it: `U+200B (zero-width space)`. */
function describeCharacter(character: string): string {
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} (${words.find(([kind]) => kind.test(character))?.[1] ?? 'not assigned'})`;
}
