import type { Call, FunctionEntry } from '@/lib/mappings/functions/function';
import { findMatches, type PatternMatch } from '@/lib/mappings/regex/match';
import { type Pattern, PatternError, parsePattern } from '@/lib/mappings/regex/pattern';
import { maxTextLength } from '@/lib/mappings/value';

/** Positions of the parameters, most of which are left empty in any one call. */
const [source, oldValue, regexPattern, regexGroupName, replacementValue, replacementAttribute, template] = [
  0, 1, 2, 3, 4, 5, 6,
];

function replace(call: Call): string | null {
  const text = call.text(source);
  if (call.given(regexPattern)) return replaceByPattern(call, text);
  const old = call.text(oldValue) ?? '';
  if (!call.given(oldValue)) call.fail('Replace needs an oldValue (2nd argument) or a regexPattern (3rd).');
  if (text === null) return null;
  if (old === '') call.fail('The value to replace is empty.', oldValue);
  if (call.given(template)) return replaceAll(call, call.text(template) ?? '', old, text);
  if (!call.given(replacementValue)) call.fail('Replace needs a replacementValue (5th argument) or a template (7th).');
  return replaceAll(call, text, old, call.text(replacementValue) ?? '');
}

/** The length is known before the text is built. */
function replaceAll(call: Call, text: string, old: string, replacement: string): string {
  const parts = text.split(old);
  const length = text.length + (parts.length - 1) * (replacement.length - old.length);
  if (length > maxTextLength) call.fail(`The result is longer than ${maxTextLength} characters.`);
  return parts.join(replacement);
}

function replaceByPattern(call: Call, text: string | null): string | null {
  try {
    const pattern = parsePattern(call.text(regexPattern) ?? '');
    const group = call.given(regexGroupName) ? groupIndex(call, pattern) : 0;
    if (call.given(replacementAttribute)) {
      if (text !== null && text !== '') return text;
      return extract(call, pattern, group, call.text(replacementAttribute));
    }
    if (text === null) return null;
    if (!call.given(replacementValue)) call.fail('Replace needs a replacementValue (5th argument), "" to remove.');
    return substitute(call, pattern, group, text, call.text(replacementValue) ?? '');
  } catch (error) {
    if (error instanceof PatternError) call.fail(`Regular expression: ${error.message}`, regexPattern);
    throw error;
  }
}

function groupIndex(call: Call, pattern: Pattern): number {
  const name = call.text(regexGroupName) ?? '';
  const number = /^\d{1,2}$/.test(name) && Number(name) <= pattern.groupCount ? Number(name) : undefined;
  return pattern.names.get(name) ?? number ?? call.fail(`The pattern has no group named ${name}.`, regexGroupName);
}

function extract(call: Call, pattern: Pattern, group: number, from: string | null): string | null {
  if (from === null) return null;
  const characters = [...from];
  const [match] = findMatches(pattern, characters, 1, call.context.work);
  const span = match?.groups[group];
  return span ? characters.slice(...span).join('') : null;
}

/** Replaces each match, or of each match only the group. */
function substitute(call: Call, pattern: Pattern, group: number, text: string, replacement: string): string {
  const characters = [...text];
  let result = '';
  let at = 0;
  for (const match of findMatches(pattern, characters, undefined, call.context.work)) {
    const [start, end] = match.groups[group] ?? [match.end, match.end];
    if (match.groups[group] === undefined) continue;
    result += characters.slice(at, start).join('');
    result += group === 0 ? expand(pattern, match, characters, replacement) : replacement;
    at = end;
    if (result.length > maxTextLength) call.fail(`The result is longer than ${maxTextLength} characters.`);
  }
  return result + characters.slice(at).join('');
}

/** `${name}`, `$1`, `$&` and `$$` as .NET writes them; an unknown group stays as it is written. */
function expand(pattern: Pattern, match: PatternMatch, characters: readonly string[], replacement: string): string {
  return replacement.replace(
    /\$(?:\{(\w+)\}|(\d{1,2})|([&$]))/g,
    (whole, name?: string, number?: string, sign?: string) => {
      if (sign === '$') return '$';
      const wanted = name ?? number ?? '0';
      const index = pattern.names.get(wanted) ?? (/^\d+$/.test(wanted) ? Number(wanted) : Number.NaN);
      if (!(index <= pattern.groupCount)) return whole;
      const span = match.groups[index];
      return span ? characters.slice(...span).join('') : '';
    },
  );
}

export const replaceFunction: FunctionEntry = {
  name: 'Replace',
  signature:
    'Replace(source, oldValue, regexPattern, regexGroupName, replacementValue, replacementAttributeName, template)',
  summary:
    'The source with a text or a pattern replaced, or a template with the source put in; leave the other arguments empty.',
  minArgs: 2,
  maxArgs: 7,
  mayBeEmpty: [1],
  pure: true,
  apply: replace,
};
