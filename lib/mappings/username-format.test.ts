import { expect, test } from 'vitest';
import { ExpressionError } from '@/lib/mappings/expression-error';
import { applicationUsername, checkUsernameFormat } from '@/lib/mappings/username-format';

const now = new Date('2024-05-01T10:00:00Z');
const ana = { username: 'alima@corp', email: 'ana.lima@acme.example', firstname: 'Ana', lastname: 'Lima' };

test.each([
  ['username', 'alima@corp'],
  ['username_prefix', 'alima'],
  ['email', 'ana.lima@acme.example'],
  ['email_prefix', 'ana.lima'],
  ['ToLower(Append(Left([firstname], 1), [lastname]))', 'alima'],
  ['[department]', null],
])('the format %s gives %s', (format, expected) => {
  expect(applicationUsername(format, ana, now)).toBe(expected);
});

test('a username typed for this one person wins over the format', () => {
  expect(applicationUsername('email', { ...ana, applicationUsername: 'ana-2' }, now)).toBe('ana-2');
});

test('a wrong expression is an ExpressionError, and is found before it is saved', () => {
  expect(() => applicationUsername('Wrod([email], 1, "@")', ana, now)).toThrow(ExpressionError);
  expect(checkUsernameFormat('Wrod([email], 1, "@")')?.message).toMatch(/Did you mean Word\?/);
  expect(checkUsernameFormat('[emial]')?.message).toMatch(/Did you mean email\?/);
  expect(checkUsernameFormat('Append([username], RandomString(4, 4, 0, 0, 0))')?.message).toMatch(/differs each time/);
  expect(checkUsernameFormat('email_prefix')).toBeUndefined();
});
