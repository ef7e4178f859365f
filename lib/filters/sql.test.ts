import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chance } from '@/lib/core/testing/chance';
import { propertyTimeout, tries } from '@/lib/core/testing/property';
import { db } from '@/lib/db/client';
import { Prisma, type User } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { prepareFilter } from './check-filter';
import {
  type Filter,
  type FilterClause,
  type FilterOperator,
  filterClauseSchema,
  filterOperators,
  filterSchema,
} from './schema';
import { givenClauses, letsThrough } from './sql';
import { anyFilter } from './testing/any-filter';

const texts = [
  'Sales',
  'sales',
  'SALES',
  'Sales East',
  'Ärzte',
  'ärzte',
  'a.b',
  'a%b',
  "O'Hara",
  'True',
  '7',
  '10',
  '-1.5',
  '2026-01-31',
  '2025-12-01T10:00:00Z',
];
const customAttributes = new Map([
  ['badge', 'string'],
  ['level', 'number'],
  ['contractor', 'boolean'],
] as const);
/** Attributes as they may be typed, and what they are of a person: said once more, by hand. */
const attributes: Readonly<Record<string, (user: User) => unknown>> = {
  department: (user) => user.department,
  '[jobTitle]': (user) => user.jobTitle,
  title: (user) => user.jobTitle,
  mail: (user) => user.email,
  mailNickname: (user) => user.email.split('@')[0],
  userPrincipalName: (user) => (user.username.includes('@') ? user.username : user.email || user.username),
  fullName: (user) => `${user.firstname} ${user.lastname}`.trim(),
  accountEnabled: (user) => user.status === 'active' && !user.deletedAt,
  IsSoftDeleted: (user) => !(user.status === 'active' && !user.deletedAt),
  badge: (user) => custom(user).badge,
  level: (user) => custom(user).level,
  contractor: (user) => custom(user).contractor,
};
const custom = (user: User) => user.customAttributes as Record<string, unknown>;

const people: User[] = [];
const groups: { id: string }[] = [];
/** Of each group by its place, the people in it, through the one nested in it, too. */
let members: Set<string>[] = [];

beforeAll(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  const chance = new Chance(7);
  const text = () => (chance.maybe(0.2) ? null : chance.maybe(0.1) ? '' : chance.pick(texts));
  for (let index = 0; index < 40; index += 1) {
    const username = chance.maybe(0.5) ? `Person.${index}` : `person.${index}@upn.example`;
    const customAttributes = {
      ...(chance.maybe(0.7) ? { badge: chance.pick(texts) } : {}),
      ...(chance.maybe(0.7) ? { level: chance.pick([0, 7, 10, -1.5, 7.25]) } : {}),
      ...(chance.maybe(0.7) ? { contractor: chance.maybe(0.5) } : {}),
    };
    const state = {
      ...(chance.maybe(0.2) ? { status: 'suspended' as const } : {}),
      ...(chance.maybe(0.2) ? { deletedAt: new Date('2026-01-01') } : {}),
    };
    const names = { username, email: `Mail.${index}@acme.example`, displayName: 'P' };
    const more = {
      firstname: chance.pick(['Ana', 'ANA', '']),
      lastname: 'Keller',
      department: text(),
      jobTitle: text(),
    };
    people.push(await db.user.create({ data: { ...names, ...more, ...state, customAttributes } }));
  }
  for (const name of ['All', 'Some', 'Nobody']) groups.push(await db.group.create({ data: { name } }));
  const [all, some] = groups.map(({ id }) => id);
  await db.groupNesting.create({ data: { parentId: all ?? '', childId: some ?? '' } });
  members = groups.map(() => new Set());
  for (const { id } of people) {
    for (const place of [0, 1]) {
      if (!chance.maybe(0.3)) continue;
      await db.groupMember.create({ data: { groupId: groups[place]?.id ?? '', userId: id } });
      for (const within of place === 0 ? [0] : [0, 1]) members[within]?.add(id);
    }
  }
});
afterAll(() => db.$disconnect());

/** Whether a clause is true of a person: by what its words say, in JavaScript. */
function holds(user: User, { attribute, operator, value, values, caseSensitive, groupId }: FilterClause): boolean {
  if (operator === 'IsMemberOf') return members[groups.findIndex(({ id }) => id === groupId)]?.has(user.id) ?? false;
  const raw = attributes[attribute]?.(user);
  if (operator === 'IS NULL') return raw === null || raw === undefined || raw === '';
  if (raw === null || raw === undefined || raw === '') return false;
  const text = String(raw);
  const fold = (one: string) => (caseSensitive || typeof raw !== 'string' ? one : one.toLowerCase());
  const wanted = (one: string) => (typeof raw === 'number' ? Number(one) === raw : fold(text) === fold(one));
  switch (operator) {
    case 'IS NOT NULL':
      return true;
    case 'EQUALS':
      return wanted(value);
    case 'NOT EQUALS':
      return !wanted(value);
    case 'IS TRUE':
      return text.toLowerCase() === 'true';
    case 'IS FALSE':
      return text.toLowerCase() === 'false';
    case 'INCLUDES':
      return fold(text).includes(fold(value));
    case 'IN':
      return values.some(wanted);
    case 'REGEX MATCH':
    case 'NOT REGEX MATCH':
      return new RegExp(value, caseSensitive ? '' : 'i').test(text) === (operator === 'REGEX MATCH');
    case 'GREATER_THAN': {
      const day = /^\d{4}-\d\d-\d\d/;
      if (day.test(value)) return day.test(text) && text.slice(0, 10) > value;
      return /^-?\d+(\.\d+)?$/.test(text) && Number(text) > Number(value);
    }
  }
}

const patterns = [
  '^S',
  'les$',
  '^[sS]ales$',
  '^(Sales|.rzte)',
  '\\d',
  '^\\w+ \\w+$',
  '\\bEast\\b',
  'a\\.b',
  '.',
  's{1,2}',
];
const numbers = ['7', '10', '7.0', '-3', '7.25'];

function randomClause(chance: Chance): FilterClause {
  const operator: FilterOperator = chance.pick(filterOperators);
  const attribute = chance.pick(Object.keys(attributes));
  const plain = { attribute, operator, caseSensitive: chance.maybe(0.5) };
  const value = () => {
    if (operator.includes('REGEX')) return chance.pick(patterns);
    if (attribute === 'level') return chance.pick(numbers);
    if (operator === 'GREATER_THAN') return chance.pick([...numbers, '2026-01-30', '2025-06-01']);
    if (attribute === 'mail') return `${chance.pick(['M', 'm'])}ail.${chance.below(40)}@acme.example`;
    return chance.pick([...texts, 'Ana Keller', 'les']);
  };
  return filterClauseSchema.parse({
    ...plain,
    value: value(),
    values: [value(), value()],
    groupId: chance.pick(groups).id,
  });
}

const randomFilter = (chance: Chance): Filter =>
  Array.from({ length: chance.below(4) }, () =>
    Array.from({ length: 1 + chance.below(3) }, () => randomClause(chance)),
  );

test('of any filter the database says of everybody what its words say', async () => {
  const chance = new Chance(Number(process.env.SEED ?? 11));
  const asked = new Map<string, number>();
  for (let round = 0; round < 400; round += 1) {
    const { clauses, problems } = prepareFilter('user', randomFilter(chance), customAttributes);
    // What cannot be asked is left out here; that it is refused is another guarantee.
    const refused = new Set(problems.map(({ groupNo, position }) => `${groupNo}.${position}`));
    expect(clauses.every(({ groupNo, position }) => !refused.has(`${groupNo}.${position}`))).toBe(true);
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM users u WHERE ${letsThrough('user', givenClauses(clauses))} ORDER BY u.id`;
    const typed = [...new Set(clauses.map(({ groupNo }) => groupNo))].map((place) =>
      clauses
        .filter(({ groupNo }) => groupNo === place)
        .map((clause) => filterClauseSchema.parse({ ...clause, values: clause.operands, groupId: clause.memberOfId })),
    );
    const through = (user: User) => typed.length === 0 || typed.some((group) => group.every((one) => holds(user, one)));
    const expected = people.filter(through).map(({ id }) => id);
    expect(
      rows.map(({ id }) => id),
      JSON.stringify(typed),
    ).toEqual(expected.sort());
    for (const { operator } of clauses) asked.set(operator, (asked.get(operator) ?? 0) + 1);
  }
  // This is about something: every operator was asked often.
  expect(filterOperators.filter((operator) => (asked.get(operator) ?? 0) < 10)).toEqual([]);
});

test('values are data, whatever stands in them', async () => {
  const value = `'; DROP TABLE users; --`;
  const filter = [[filterClauseSchema.parse({ attribute: 'department', operator: 'EQUALS', value })]];
  const { clauses } = prepareFilter('user', filter, new Map());
  const sql = letsThrough('user', givenClauses(clauses));
  expect(sql.text).not.toContain('DROP');
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`SELECT 1 FROM users u WHERE ${sql}`);
  expect(rows).toEqual([]);
});

test(
  'any filter is refused where it is wrong, and otherwise understood by the database',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async (typed) => {
        const parsed = filterSchema.safeParse(typed);
        if (!parsed.success) return;
        const { clauses, problems } = prepareFilter('user', parsed.data, customAttributes);
        expect(clauses.length + problems.length).toBe(parsed.data.flat().length);
        for (const { message } of problems) expect(message).not.toBe('');
        await db.$queryRaw`SELECT 1 FROM users u WHERE ${letsThrough('user', givenClauses(clauses))}`;
      }),
      tries(30),
    );
  },
  propertyTimeout,
);
