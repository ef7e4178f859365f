import { describe, expect, test } from 'vitest';
import { checkExpression, checkMapping, checkMappings } from '@/lib/mappings/check-mapping';
import { type AttributeMapping, targetAttributeSchema } from '@/lib/mappings/schema';
import { listProperties } from '@/lib/mappings/source';

const attributes = [
  { path: 'userName', type: 'string', required: true },
  { path: 'active', type: 'boolean' },
  { path: 'id', type: 'string', mutability: 'readOnly' },
  { path: 'userType', type: 'string', caseSensitive: true, canonicalValues: ['admin', 'power', 'standard'] },
  { path: 'emails[primary eq true].value', type: 'string' },
].map((attribute) => targetAttributeSchema.parse(attribute));
const context = { attributes, customAttributes: ['badge'] };

function mapping(row: Partial<AttributeMapping>): AttributeMapping {
  return {
    id: 'm',
    objectType: 'user',
    position: 0,
    kind: 'direct',
    source: 'username',
    target: 'userName',
    apply: 'always',
    matchingPrecedence: null,
    defaultValue: null,
    required: false,
    ...row,
  };
}

test('a right mapping has no problems, in the spelling of any vendor', () => {
  for (const source of ['username', '[mail]', 'givenName', 'badge', 'objectId', 'employeeId']) {
    expect(checkMapping(mapping({ source }), context)).toEqual([]);
  }
  expect(checkMapping(mapping({ source: 'email', target: 'emails: value' }), context)).toEqual([]);
  expect(checkMapping(mapping({ kind: 'constant', source: 'False', target: 'active' }), context)).toEqual([]);
});

describe('a mistake is found before anybody is mapped', () => {
  const cases: [Partial<AttributeMapping>, object][] = [
    [
      { source: 'usrname' },
      { field: 'source', message: 'There is no property usrname. Did you mean username?', position: 0, length: 7 },
    ],
    [
      { kind: 'expression', source: 'ToLower([mial])' },
      { field: 'source', position: 8, length: 6 },
    ],
    [
      { kind: 'expression', source: 'ToLower(' },
      { field: 'source', message: 'This ( is not closed.', position: 7 },
    ],
    [
      { kind: 'expression', source: 'Replace([mail], , "(", , "", , )' },
      { field: 'source', position: 18, length: 3 },
    ],
    [{ kind: 'expression', source: 'Guid()' }, { field: 'apply' }],
    [
      { kind: 'expression', source: 'Guid()', apply: 'creation', matchingPrecedence: 1 },
      { field: 'matchingPrecedence' },
    ],
    [{ kind: 'constant', source: 'maybe', target: 'active' }, { field: 'source' }],
    [
      { kind: 'constant', source: 'Power', target: 'userType' },
      { field: 'source', message: 'userType takes one of admin, power, standard.' },
    ],
    [{ target: 'userType', defaultValue: 'boss' }, { field: 'defaultValue' }],
    [{ target: 'id' }, { field: 'target', severity: 'error' }],
    [{ target: 'emails[type eq' }, { field: 'target', severity: 'error', length: 1 }],
    [{ target: 'nickName' }, { field: 'target', severity: 'warning' }],
  ];
  test.each(cases)('%j', (row, expected) => {
    expect(checkMapping(mapping(row), context)).toMatchObject([expected]);
  });

  test('between the rows of a table', () => {
    const rows = [
      mapping({ id: 'a', target: 'emails: value', source: 'email', matchingPrecedence: 1 }),
      mapping({ id: 'b', target: 'emails[primary eq true].value', source: 'mail', matchingPrecedence: 1 }),
    ];
    expect(checkMappings(rows, context)).toMatchObject([
      {
        mappingId: 'b',
        field: 'target',
        message:
          'emails[primary eq true].value is mapped twice: row 1 maps email to it already, written emails: value.',
      },
      { mappingId: 'b', field: 'matchingPrecedence' },
      {
        mappingId: null,
        field: 'target',
        message: 'userName is required by the application, but nothing is mapped to it.',
      },
    ]);
  });
});

test('groups have properties of their own', () => {
  expect(checkExpression('[name]', 'group')).toBeUndefined();
  expect(checkExpression('[firstname]', 'group')?.message).toMatch(/no property firstname/);
});

test('the list for autocomplete shows the labels that people know, custom attributes last', () => {
  const listed = listProperties('user', ['badge']);
  const labels = Object.fromEntries(listed.map(({ name, label }) => [name, label]));
  expect(labels).toMatchObject({
    email: 'Company Email',
    username: 'Username',
    firstname: 'First Name',
    lastname: 'Last Name',
    displayName: 'Display Name',
    employeeIdentifier: 'Employee ID',
    active: 'Status',
  });
  expect(listed.at(-1)?.name).toBe('badge');
  expect(
    new Set(listed.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase())).size,
  ).toBe(listed.flatMap(({ name, aliases }) => [name, ...aliases]).length);
});
