import fc from 'fast-check';
import { anyText } from '@/lib/core/testing/any-text';
import { filterOperators } from '../schema';

const attribute = fc.oneof(
  fc.constantFrom('department', '[jobTitle]', 'mail', 'badge', 'level', 'contractor', 'active', '__proto__'),
  anyText,
);
const parts = [
  '(',
  ')',
  '[',
  ']',
  '[^',
  '[a-z]',
  '\\b',
  '\\d',
  '*',
  '+?',
  '{2}',
  '{1,255}',
  '|',
  '^',
  '$',
  '(?:',
  '\\',
  '.',
  'é',
];
const pattern = fc.array(fc.oneof(fc.constantFrom(...parts), fc.constantFrom('a', '-', '\\x41', '[[:alpha:]]')), {
  maxLength: 10,
});
const value = fc.oneof(
  pattern.map((some) => some.join('')),
  anyText,
  fc.constantFrom('7', '-1.5', '2026-01-31', ''),
);
const clause = fc.record({
  attribute,
  operator: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('REGEX MATCH') }, fc.constantFrom(...filterOperators)),
  value,
  values: fc.array(value, { maxLength: 3 }),
  caseSensitive: fc.boolean(),
  groupId: fc.option(fc.uuid()),
});
/** What may be typed as a filter, most of it wrong. */
export const anyFilter = fc.array(fc.array(clause, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
