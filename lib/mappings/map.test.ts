import { describe, expect, test } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { type MapInput, mapObject } from '@/lib/mappings/map';
import { buildResource } from '@/lib/mappings/resource';
import { type AttributeMapping, attributeMappingSchema, targetAttributeSchema } from '@/lib/mappings/schema';
import type { SourceRecord } from '@/lib/mappings/source';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
const now = new Date('2024-05-01T10:00:00Z');

const ana: SourceRecord = {
  id: '0190f3a4-5b6c-7d8e-9f00-112233445566',
  username: 'ana',
  email: 'ana.lima@acme.example',
  firstname: 'Ana',
  lastname: 'Lima',
  displayName: 'Ana Lima',
  employeeIdentifier: '4711',
  department: null,
  groups: ['Sales', 'Everyone'],
  active: true,
};

type Row = Partial<AttributeMapping> & { source: string; target: string };

function table(...rows: Row[]): AttributeMapping[] {
  return rows.map((row, position) =>
    attributeMappingSchema.parse({
      id: `m${position}`,
      objectType: 'user',
      position,
      kind: 'direct',
      apply: 'always',
      matchingPrecedence: null,
      defaultValue: null,
      required: false,
      ...row,
    }),
  );
}

const attributes = [
  { path: 'active', type: 'boolean' },
  { path: 'userType', type: 'string', caseSensitive: true, canonicalValues: ['admin', 'power', 'standard'] },
  { path: `${egnyte}:sendInvite`, type: 'boolean' },
  { path: `${egnyte}:flag`, type: 'boolean' },
  { path: 'externalId', type: 'string', mutability: 'immutable' },
  { path: 'roles', type: 'complex', multiValued: true },
  { path: 'quota', type: 'integer' },
  { path: 'ratio', type: 'decimal' },
  { path: 'hired', type: 'dateTime' },
  { path: 'nickName', type: 'string' },
  { path: 'photos', type: 'string', multiValued: true },
  { path: 'meta.created', type: 'string', mutability: 'readOnly' },
].map((attribute) => targetAttributeSchema.parse(attribute));

function map(mappings: AttributeMapping[], more: Partial<MapInput> = {}) {
  return mapObject({ mappings, source: ana, attributes, purpose: 'create', now, ...more });
}

const egnyteTable = table(
  {
    kind: 'expression',
    source: 'Word([userPrincipalName], 1, "@")',
    target: 'userName',
    apply: 'creation',
    matchingPrecedence: 1,
  },
  { source: 'objectId', target: 'externalId', required: true },
  {
    kind: 'expression',
    source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    target: 'active',
    required: true,
  },
  { source: 'givenName', target: 'name.givenName', required: true },
  { source: 'surname', target: 'name.familyName', required: true },
  { source: 'userPrincipalName', target: `${egnyte}:idpUserId` },
  { kind: 'expression', source: 'ToLower([mail])', target: 'emails: value' },
  { source: 'mail', target: 'emails[type eq "work"].value', apply: 'creation' },
  { kind: 'constant', source: 'True', target: `${egnyte}:flag` },
  { kind: 'constant', source: 'power', target: 'userType', apply: 'creation' },
  { kind: 'constant', source: 'sso', target: `${egnyte}:authType`, apply: 'creation' },
  { kind: 'constant', source: 'False', target: `${egnyte}:sendInvite`, apply: 'creation' },
);

test("Egnyte's table of example mappings, pasted as it stands, gives the body that Egnyte expects", () => {
  const { values, problems } = map(egnyteTable);
  expect(problems).toEqual([]);
  expect(buildResource(values, [userSchema])).toEqual({
    schemas: [userSchema, egnyte],
    userName: 'ana.lima',
    externalId: '0190f3a4-5b6c-7d8e-9f00-112233445566',
    active: true,
    name: { givenName: 'Ana', familyName: 'Lima' },
    emails: [{ type: 'work', primary: true, value: 'ana.lima@acme.example' }],
    userType: 'power',
    [egnyte]: { idpUserId: 'ana.lima@acme.example', flag: true, authType: 'sso', sendInvite: false },
  });
});

test("an update by Egnyte's table leaves out what applies at creation and what cannot change", () => {
  const { values, problems } = map(egnyteTable, { purpose: 'update', source: { ...ana, active: false } });
  expect(problems).toEqual([]);
  expect(values).toEqual({
    active: false,
    'name.givenName': 'Ana',
    'name.familyName': 'Lima',
    [`${egnyte}:idpUserId`]: 'ana.lima@acme.example',
    'emails: value': 'ana.lima@acme.example',
    [`${egnyte}:flag`]: true,
  });
});

test("Netskope's table gives the body that Netskope expects, for people and for groups", () => {
  const people = table(
    { source: 'username', target: 'userName' },
    { source: 'firstname', target: 'name.givenName' },
    { source: 'lastname', target: 'name.familyName' },
    { source: 'Email', target: 'emails: value' },
    { source: 'active', target: 'active' },
    { source: 'displayName', target: 'displayName' },
    { source: 'employeeIdentifier', target: 'externalId' },
  );
  expect(buildResource(map(people).values, [userSchema])).toEqual({
    schemas: [userSchema],
    userName: 'ana',
    name: { givenName: 'Ana', familyName: 'Lima' },
    emails: [{ type: 'work', primary: true, value: 'ana.lima@acme.example' }],
    active: true,
    displayName: 'Ana Lima',
    externalId: '4711',
  });
  const groups = table({ objectType: 'group', source: 'name', target: 'displayName' });
  expect(map(groups, { source: { id: 'g1', name: 'Sales' } }).values).toEqual({ displayName: 'Sales' });
});

test("JumpCloud's table for Egnyte works with its own names", () => {
  const rows = table(
    { source: 'email', target: 'emails: value' },
    { source: 'username', target: 'userName' },
    { source: 'firstname/lastname', target: 'name.formatted' },
  );
  expect(map(rows).values).toEqual({
    'emails: value': 'ana.lima@acme.example',
    userName: 'ana',
    'name.formatted': 'Ana Lima',
  });
});

describe('a source without a value', () => {
  const department = (row: Partial<AttributeMapping> = {}) =>
    table({ source: 'department', target: 'nickName', ...row });

  test('is left out at creation and clears the attribute on update', () => {
    expect(map(department()).values).toEqual({});
    expect(map(department(), { purpose: 'update' }).values).toEqual({ nickName: null });
  });

  test('gives the default value at creation, which no later update clears', () => {
    expect(map(department({ defaultValue: 'None' })).values).toEqual({ nickName: 'None' });
    expect(map(department({ defaultValue: 'None' }), { purpose: 'update' })).toMatchObject({
      values: {},
      problems: [],
    });
  });

  test('leaves the attribute alone under IgnoreFlowIfNullOrEmpty', () => {
    const rows = department({ kind: 'expression', source: 'IgnoreFlowIfNullOrEmpty([department])' });
    expect(map(rows, { purpose: 'update' }).values).toEqual({});
  });

  test('is a problem that names the attribute where the application requires it', () => {
    const { values, problems } = map(department({ required: true }), { purpose: 'update' });
    expect(values).toEqual({});
    expect(problems).toEqual([
      {
        mappingId: 'm0',
        target: 'nickName',
        code: 'MandatoryFieldsMissing',
        message: 'nickName is required by the application, but department has no value.',
      },
    ]);
  });

  test('is the empty text too', () => {
    expect(map(department(), { source: { department: '' }, purpose: 'update' }).values).toEqual({ nickName: null });
  });
});

test('a required attribute that nothing is mapped to is a problem at creation', () => {
  const required = [targetAttributeSchema.parse({ path: 'userName', type: 'string', required: true })];
  expect(map([], { attributes: required }).problems).toMatchObject([
    { mappingId: null, target: 'userName', code: 'MandatoryFieldsMissing' },
  ]);
});

describe('values take the type of the attribute', () => {
  test.each([
    ['False', `${egnyte}:sendInvite`, false],
    ['true', `${egnyte}:sendInvite`, true],
    ['5', 'quota', 5],
    ['-1.50', 'ratio', -1.5],
    [' 2026-01-31T08:00:00Z', 'hired', '2026-01-31T08:00:00Z'],
    ['Sales', 'photos', ['Sales']],
    ['Admin', 'roles', [{ value: 'Admin' }]],
    ['True', 'active', true],
  ])('%s for %s', (source, target, expected) => {
    expect(map(table({ kind: 'constant', source, target })).values).toEqual({ [target]: expected });
  });

  test.each([
    ['maybe', 'active', /neither True nor False/],
    ['5.5', 'quota', /not a whole number/],
    ['1,5', 'ratio', /is not a number/],
    ['31.1.2026', 'hired', /no date and time such as/],
    ['2026-13-01T00:00:00Z', 'hired', /no date and time such as/],
  ])('%s does not fit %s, and is a problem of this mapping alone', (source, target, message) => {
    const result = map(table({ kind: 'constant', source, target }, { source: 'username', target: 'userName' }));
    expect(result.values).toEqual({ userName: 'ana' });
    expect(result.problems).toMatchObject([{ code: 'InvalidValue', target, message: expect.stringMatching(message) }]);
  });

  test('several values for an attribute that takes one are a problem', () => {
    expect(map(table({ source: 'groups', target: 'nickName' })).problems).toMatchObject([
      { code: 'InvalidValue', message: expect.stringContaining('takes one value, here are 2') },
    ]);
  });
});

test('a mapping for multiple values counts only while there are several', () => {
  const rows = table({ source: 'groups', target: 'photos', apply: 'multiple' });
  expect(map(rows).values).toEqual({ photos: ['Sales', 'Everyone'] });
  expect(map(rows, { source: { ...ana, groups: ['Sales'] } }).values).toEqual({});
});

test('active is in scope AND its mapped value', () => {
  const rows = table({ source: 'active', target: 'active' });
  const active = (inScope: boolean, value: boolean) =>
    map(rows, { inScope, source: { ...ana, active: value } }).values.active;
  expect([active(true, true), active(true, false), active(false, true), active(false, false)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('what an expression cannot do for one person is a problem with its place, not an exception', () => {
  const rows = table({ kind: 'expression', source: 'ToLower([groups])', target: 'nickName' });
  expect(map(rows).problems).toMatchObject([{ code: 'ExpressionError', mappingId: 'm0', position: 8, length: 8 }]);
});

test('generated and redacted values are named', () => {
  const rows = table({
    kind: 'expression',
    source: 'Redact(RandomString(12, 1, 0, 1, 1))',
    target: 'password',
    apply: 'creation',
  });
  const result = map(rows);
  expect(result.generated).toEqual(['password']);
  expect(result.redacted).toEqual(['password']);
  expect(result.values.password).toHaveLength(12);
});

test('a generated value that would be sent again and again is refused', () => {
  const rows = table({ kind: 'expression', source: 'Guid()', target: 'nickName' });
  expect(map(rows)).toMatchObject({ values: {}, problems: [{ code: 'ExpressionError' }] });
});

test('read-only attributes are never sent', () => {
  expect(map(table({ kind: 'constant', source: 'x', target: 'meta.created' }))).toMatchObject({
    values: {},
    problems: [],
  });
});

test('custom attributes of the directory are properties in any case, and may not hide those of everybody', () => {
  const source = { ...ana, tShirtSize: 'L', Mail: 'shadow' };
  const rows = table({ source: 'tshirtsize', target: 'nickName' }, { source: 'email', target: 'emails: value' });
  expect(map(rows, { source }).values).toEqual({ nickName: 'L', 'emails: value': 'ana.lima@acme.example' });
});

test('SelectUniqueValue asks about its own target', () => {
  const source = 'SelectUniqueValue([username], Append([username], "2"))';
  const rows = table({ kind: 'expression', source, target: 'userName', apply: 'creation' });
  expect(map(rows, { isTaken: (target, value) => target === 'userName' && value === 'ana' }).values).toEqual({
    userName: 'ana2',
  });
});

test('a table of expressions that each just pass keeps nobody waiting: its rows share what may be done', () => {
  const costly = `Replace("${'a'.repeat(20)}",,"(a|b)*(a|b)*c",,"z",,)`;
  const source = `Join("-",${Array.from({ length: 60 }, () => costly).join(',')})`;
  const rows = Array.from({ length: 200 }, (_, index) => ({
    kind: 'expression' as const,
    source,
    target: `x${index}`,
  }));
  const started = cpuTime();
  const { values, problems } = mapObject({
    mappings: table({ kind: 'expression', source: 'ToUpper([username])', target: 'first' }, ...rows),
    source: ana,
    attributes: [],
    purpose: 'create',
    now,
  });
  expect(cpuTime() - started, 'milliseconds').toBeLessThan(3_000);
  expect(values.first).toBe('ANA');
  expect(problems.at(-1)).toMatchObject({ code: 'ExpressionError', message: expect.stringContaining('take') });
});
