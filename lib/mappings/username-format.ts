import { checkExpression } from '@/lib/mappings/check-mapping';
import { evaluateExpression, isGenerated } from '@/lib/mappings/evaluate';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { parseExpression } from '@/lib/mappings/parser';
import { readProperty, type SourceRecord } from '@/lib/mappings/source';
import { toText } from '@/lib/mappings/value';

/** Ready-made application username formats; anything else that is stored as a format is an expression. */
export const usernameFormats = [
  { id: 'username', label: 'Username', expression: '[username]' },
  { id: 'username_prefix', label: 'Username prefix', expression: 'Word([username], 1, "@")' },
  { id: 'email', label: 'Email', expression: '[email]' },
  { id: 'email_prefix', label: 'Email prefix', expression: 'Word([email], 1, "@")' },
] as const;

/** The expression that a stored format stands for. */
export function usernameExpression(format: string): string {
  return usernameFormats.find((known) => known.id === format)?.expression ?? format;
}

/**
 * The application username of a person: what sign-in (NameID) and account (SCIM userName) agree on. A username typed
 * for this one person (`source.applicationUsername`) wins over the format.
 * @param format `username`, `username_prefix`, `email`, `email_prefix` or an expression
 * @returns null where the format gives nothing for this person
 * @throws ExpressionError where the expression is wrong or cannot be evaluated for this person
 */
export function applicationUsername(format: string, source: SourceRecord, now: Date): string | null {
  const typed = readProperty('user', source, 'applicationUsername');
  if (typeof typed === 'string' && typed !== '') return typed;
  const expression = parseExpression(usernameExpression(format));
  const text = toText(evaluateExpression(expression, source, { now }), expression);
  return text === null || text.trim() === '' ? null : text.trim();
}

/** What is wrong with a format before it is saved: its syntax, a name, or that it would differ at each sign-in. */
export function checkUsernameFormat(
  format: string,
  customAttributes: readonly string[] = [],
): ExpressionError | undefined {
  const text = usernameExpression(format);
  const error = checkExpression(text, 'user', customAttributes);
  if (error) return error;
  if (!isGenerated(parseExpression(text))) return undefined;
  return new ExpressionError('A username cannot be made from something that differs each time.', {
    position: 0,
    length: text.length,
  });
}
