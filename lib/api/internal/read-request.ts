import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { readRequestText } from '@/lib/core/request-body';
import { assertKnownMembers } from './unknown-members';

/** Objects and lists within each other; nothing that is read has more than six. */
const maxDepth = 32;
/** Values and members; the longest lists that are read hold 1,000. Every mistake is told, one by one. */
const maxValues = 20_000;

/** The body as text, and parsed. @throws AppError `invalid_input` for another media type, too much, or no JSON */
export async function readBody(request: Request): Promise<{ text: string; json: unknown }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = await readRequestText(request);
  if (text === '') return { text, json: {} };
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type)) {
    throw new AppError('invalid_input', `The body is ${type || 'of no media type'}; JSON is expected.`, {
      hint: 'Send the header Content-Type: application/json.',
    });
  }
  try {
    return { text, json: JSON.parse(text) };
  } catch {
    throw new AppError('invalid_input', 'The body is not valid JSON.');
  }
}

/** Query parameters as text; a repeated one as a list. */
export function readQuery(params: URLSearchParams): Record<string, string | string[]> {
  const entries = [...new Set(params.keys())].map((key): [string, string | string[]] => {
    const values = params.getAll(key);
    return [key, values.length > 1 ? values : (values[0] ?? '')];
  });
  // Not by assignment: a parameter `__proto__` would go unnoticed.
  return Object.fromEntries(entries);
}

const nothing = z.object({});

/**
 * Parses strictly: what the schema does not know is a mistake of the caller's, not to be passed over in silence.
 * @throws ZodError, AppError `invalid_input`
 */
export function parseStrictly(schema: z.ZodType | undefined, value: unknown): unknown {
  assertStorable(value, [], { values: 0 });
  const known = schema ?? nothing;
  const parsed = known.parse(value);
  assertKnownMembers(known, value);
  return parsed;
}

/**
 * PostgreSQL stores no NUL character, in no text, and no half of a surrogate pair, which JSON can write as `\ud800`. What
 * has more values than anything that is read is not looked at further.
 */
function assertStorable(value: unknown, path: readonly string[], seen: { values: number }): void {
  seen.values += 1;
  if (seen.values > maxValues) {
    throw new AppError('invalid_input', `The body holds more than ${maxValues.toLocaleString('en')} values.`);
  }
  if (typeof value === 'string' && value.includes('\0')) {
    throw new AppError('invalid_input', 'A text holds a NUL character.', { field: path.join('.') });
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw new AppError('invalid_input', 'A text holds half of a surrogate pair.', { field: path.join('.') });
  }
  if (value === null || typeof value !== 'object') return;
  if (path.length === maxDepth) throw new AppError('invalid_input', 'The body is nested too deeply.');
  for (const [key, inner] of Object.entries(value)) {
    assertStorable(key, path, seen);
    assertStorable(inner, [...path, key], seen);
  }
}
