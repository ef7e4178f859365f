import { formatUtc } from '@/lib/mappings/functions/date-text';
import type { Call, EvaluationContext, FunctionEntry } from '@/lib/mappings/functions/function';

const digits = '0123456789';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lowers = 'abcdefghijklmnopqrstuvwxyz';
const specials = '~!@#$%^&*_-+=`|\\(){}[]:;"\'<>,.?/';

/** Web Crypto is there in browsers and in Node; Math.random would make guessable passwords. */
function cryptoRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

function below(limit: number, context: EvaluationContext): number {
  return Math.floor((context.random ?? cryptoRandom)() * limit);
}

/** Random UUID (RFC 9562 version 4). */
function guid(context: EvaluationContext): string {
  const hex = Array.from({ length: 16 }, (_, index) => {
    const byte = below(256, context);
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, '0');
  }).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function randomString(call: Call): string {
  const length = call.integer(0);
  if (length < 1 || length > 256) call.fail('The length is between 1 and 256.', 0);
  const avoided = call.text(5) ?? '';
  const allowed = [digits, specials, capitals, lowers].map((set) => [...set].filter((c) => !avoided.includes(c)));
  const minimums = [1, 2, 3, 4].map((index) => call.integer(index));
  const required = minimums.reduce((sum, minimum) => sum + Math.max(0, minimum), 0);
  if (required > length) call.fail(`${required} characters are required, but the length is ${length}.`, 0);

  const characters: string[] = [];
  const pick = (from: readonly string[], index?: number) =>
    characters.push(
      from[below(from.length, call.context)] ?? call.fail('All characters of a kind are excluded.', index),
    );
  minimums.forEach((minimum, kind) => {
    for (let count = 0; count < minimum; count += 1) pick(allowed[kind] ?? [], 5);
  });
  // The rest: special characters only if some were asked for, since most fields refuse them.
  const rest = allowed.filter((_, kind) => kind !== 1 || (minimums[1] ?? 0) > 0).flat();
  while (characters.length < length) pick(rest, 5);
  return shuffled(characters, call.context).join('');
}

function shuffled(items: readonly string[], context: EvaluationContext): string[] {
  const result: string[] = [];
  for (const item of items) {
    const at = below(result.length + 1, context);
    result.splice(at, 0, item);
  }
  return result;
}

/** The first value that the application does not have yet. */
function selectUniqueValue(call: Call): string {
  for (let index = 0; index < call.count; index += 1) {
    const candidate = call.text(index);
    if (candidate && !call.context.isTaken?.(candidate)) return candidate;
  }
  return call.fail('All values that this gives are taken in the application. Add another rule at the end.');
}

export const generateFunctions: readonly FunctionEntry[] = [
  {
    name: 'Guid',
    signature: 'Guid()',
    summary: 'A new random identifier.',
    minArgs: 0,
    maxArgs: 0,
    pure: false,
    apply: (call) => guid(call.context),
  },
  {
    name: 'Now',
    signature: 'Now()',
    summary: 'The current date and time in UTC.',
    minArgs: 0,
    maxArgs: 0,
    pure: false,
    apply: (call) => formatUtc(call.context.now.getTime()),
  },
  {
    name: 'RandomString',
    signature:
      'RandomString(length, minimumNumbers, minimumSpecialCharacters, minimumCapital, minimumLowerCase, charactersToAvoid)',
    summary: 'A random text, for instance a first password.',
    minArgs: 5,
    maxArgs: 6,
    pure: false,
    apply: randomString,
  },
  {
    name: 'SelectUniqueValue',
    signature: 'SelectUniqueValue(rule1, rule2, …)',
    summary: 'The first of the values that nobody else has in the application.',
    minArgs: 2,
    maxArgs: 100,
    pure: false,
    outermost: true,
    apply: selectUniqueValue,
  },
];
