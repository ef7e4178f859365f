import { expect, test } from 'vitest';
import type { ObjectType } from '@/lib/mappings/schema';
import { prepareFilter } from './check-filter';
import { filterClauseSchema } from './schema';

const customAttributes = new Map([
  ['level', 'number'],
  ['contractor', 'boolean'],
  ['title', 'string'],
] as const);

function check(clause: Record<string, unknown>, objectType: ObjectType = 'user') {
  const { clauses, problems } = prepareFilter(objectType, [[filterClauseSchema.parse(clause)]], customAttributes);
  return problems[0] ?? clauses[0];
}

test.each([
  ['[userPrincipalName]', 'userPrincipalName'],
  ['mail', 'email'],
  ['surname', 'lastname'],
  ['Department', 'department'],
  // A custom attribute goes before another vendor's name for one of ours.
  ['title', 'customAttributes.title'],
  ['LEVEL', 'customAttributes.level'],
])('%s is the attribute that a mapping by that name reads', (attribute, source) => {
  expect(check({ attribute, operator: 'IS NULL' })).toMatchObject({ source });
});

test.each([
  [{ attribute: '', operator: 'IS NULL' }, 'attribute', /Choose an attribute/],
  [{ attribute: 'nickname', operator: 'IS NULL' }, 'attribute', /Nothing is called nickname/],
  [{ attribute: 'applicationUsername', operator: 'IS NULL' }, 'attribute', /made for those who are in scope/],
  [{ attribute: 'memberOf', operator: 'EQUALS', value: 'Staff' }, 'attribute', /IsMemberOf/],
  [{ operator: 'IsMemberOf' }, 'groupId', /Choose a user group/],
  [{ attribute: 'department', operator: 'EQUALS', value: ' ' }, 'value', /IS NULL/],
  [{ attribute: 'department', operator: 'IN' }, 'values', /at least one value/],
  [{ attribute: 'active', operator: 'EQUALS', value: 'true' }, 'operator', /IS TRUE or IS FALSE/],
  [{ attribute: 'contractor', operator: 'REGEX MATCH', value: 't' }, 'operator', /IS TRUE or IS FALSE/],
  [{ attribute: 'level', operator: 'IS TRUE' }, 'operator', /is a number/],
  [{ attribute: 'level', operator: 'INCLUDES', value: '7' }, 'operator', /is a number/],
  [{ attribute: 'level', operator: 'EQUALS', value: 'seven' }, 'value', /is a number: enter one/],
  [{ attribute: 'level', operator: 'IN', values: ['7', 'x'] }, 'values', /is a number: enter one/],
  [{ attribute: 'department', operator: 'GREATER_THAN', value: '2026-02-30' }, 'value', /a number, or a date/],
  [{ attribute: 'department', operator: 'REGEX MATCH', value: '(a' }, 'value', /not closed.*character 1/],
  [{ attribute: 'department', operator: 'REGEX MATCH', value: '(?=a)' }, 'value', /Lookahead/],
  [{ attribute: 'department', operator: 'REGEX MATCH', value: '(a)\\1' }, 'value', /Back-references/],
  [{ attribute: 'department', operator: 'REGEX MATCH', value: '((a{200}){200})' }, 'value', /too many/],
  [{ attribute: 'department', operator: 'REGEX MATCH', value: 'a'.repeat(201) }, 'value', /longer than 200/],
] as const)('what cannot be asked is told at its field: %j', (clause, field, message) => {
  expect(check(clause)).toMatchObject({ groupNo: 0, position: 0, field, message: expect.stringMatching(message) });
});

test('groups are asked by their own properties', () => {
  expect(check({ attribute: 'displayName', operator: 'EQUALS', value: 'Staff' }, 'group')).toMatchObject({
    source: 'name',
  });
  expect(check({ operator: 'IsMemberOf', groupId: '00000000-0000-7000-8000-000000000000' }, 'group')).toMatchObject({
    field: 'operator',
  });
});

test('what our own patterns take and those of the database do not is written so that it means the same', () => {
  const operand = (value: string) => check({ attribute: 'title', operator: 'REGEX MATCH', value });
  // Each of these was sent as it is, and refused by the database.
  expect(operand('{1,2}')).toMatchObject({ operand: '\\U0000007b1\\U0000002c2\\U0000007d' });
  expect(operand('a{2}{3')).toMatchObject({ operand: 'a{2}\\U0000007b3' });
  expect(operand('[[a]')).toMatchObject({ operand: '[\\U0000005ba]' });
  expect(operand('\\p{L}')).toMatchObject({ field: 'value', message: expect.stringMatching(/categories/) });
});

test('a number is compared in one writing, and a word boundary in the writing of the database', () => {
  expect(check({ attribute: 'level', operator: 'EQUALS', value: ' 7.50' })).toMatchObject({
    value: ' 7.50',
    operand: '7.5',
  });
  expect(check({ attribute: 'title', operator: 'REGEX MATCH', value: '\\bCEO\\b[\\b]' })).toMatchObject({
    operand: '\\yCEO\\y\\U00000008',
  });
});
