import { expect } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { withBody, without } from './applications';
import { type Case, type Sent, unique, type World } from './world';

const nowhere = '00000000-0000-7000-8000-000000000000';

/** An application that lets in one of Sales and one of Legal. */
async function twoDepartments(world: World): Promise<{ id: string; sales: string; legal: string }> {
  const { id } = await world.application();
  const people = await Promise.all(
    ['Sales', 'Legal'].map(async (department) => {
      const userId = await world.person(unique(department.toLowerCase()));
      await db.user.update({ where: { id: userId }, data: { department } });
      return userId;
    }),
  );
  await associateGroup(systemActor, { applicationId: id, groupId: await world.group(people) });
  const [sales = '', legal = ''] = people;
  return { id, sales, legal };
}

const inSales = [[{ attribute: 'department', operator: 'EQUALS', value: 'sales', caseSensitive: false }]];
const clause = (change: Record<string, unknown>) => withBody({ groups: [[{ ...inSales[0]?.[0], ...change }]] });
const refusals = [
  { change: (sent: Sent) => ({ ...sent, params: { ...sent.params, objectType: 'device' } }), field: 'objectType' },
  { change: without('groups'), field: 'groups' },
  { change: clause({ operator: 'LIKE' }), field: 'groups.0.0.operator' },
  { change: clause({ attribute: 'nickname' }), field: 'groups.0.0.attribute' },
  { change: clause({ operator: 'REGEX MATCH', value: '(a' }), field: 'groups.0.0.value' },
  // Nothing is wrong with it but for the database.
  { change: clause({ operator: 'REGEX MATCH', value: 'a(2' }), field: 'groups.0.0.value' },
  { change: clause({ operator: 'IsMemberOf', groupId: nowhere }), field: 'groups.0.0.groupId' },
  { change: withBody({ groups: [[]] }), field: 'groups.0' },
  { change: withBody({ groups: Array.from({ length: 11 }, () => inSales[0]) }), field: 'groups' },
];

async function asked(world: World, more: Record<string, unknown> = {}): Promise<Sent> {
  const { id } = await twoDepartments(world);
  return { params: { application: id, objectType: 'user' }, body: { groups: inSales, ...more } };
}

export const scopeFilterCases: Record<string, Case> = {
  getScopeFilters: {
    valid: async (world) => ({ params: { application: (await world.application()).slug } }),
    after: (answer) => {
      expect(answer).toMatchObject({
        version: 1,
        filters: [
          { objectType: 'user', groups: [] },
          { objectType: 'group', groups: [] },
        ],
      });
    },
  },
  updateScopeFilter: {
    valid: (world) => asked(world),
    invalid: [...refusals, { change: withBody({ groups: inSales, fallingOut: 'delete' }), field: 'fallingOut' }],
    after: async (answer) => {
      expect(answer).toMatchObject({ version: 2, filters: [{ groups: inSales }, { groups: [] }] });
    },
  },
  previewScopeFilter: {
    valid: (world) => asked(world),
    invalid: refusals,
    after: async (answer) => {
      expect(answer).toEqual({
        enters: 0,
        leaves: 1,
        leavesManaged: 0,
        inScope: 1,
        filteredOut: 1,
        isExact: true,
        becomes: 'deactivated',
        heldBy: null,
      });
      expect(await db.scopeClause.count({ where: { attribute: 'department', value: 'unsaved' } })).toBe(0);
    },
  },
  listFilterChanges: {
    valid: (world) => asked(world, { limit: 1 }),
    invalid: [
      ...refusals,
      { change: withBody({ groups: inSales, limit: 0 }), field: 'limit' },
      { change: withBody({ groups: inSales, cursor: 'nonsense' }), field: 'cursor' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ items: [{ change: 'leaves', managed: false }] });
      const token = await world.token('helpdesk');
      const path = `/applications/${sent.params?.application}/scope-filters/user/changes` as const;
      const nobody = [[{ attribute: 'department', operator: 'EQUALS', value: 'Nothing' }]];
      const page = async (body: object) =>
        (await world.send('POST', path, { token, body: { groups: nobody, limit: 1, ...body } })).body as {
          items: { id: string }[];
          nextCursor?: string;
        };
      const first = await page({});
      const second = await page({ cursor: first.nextCursor });
      expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(2);
      expect(second.nextCursor).toBeUndefined();
      expect((await page({ q: 'sales-' })).items).toHaveLength(1);
      expect((await page({ change: 'enters' })).items).toEqual([]);
    },
  },
  askScopeFilter: {
    valid: async (world) => {
      const { id, legal } = await twoDepartments(world);
      return { params: { application: id, objectType: 'user' }, body: { groups: inSales, subjectId: legal } };
    },
    invalid: [
      ...refusals,
      { change: without('subjectId'), field: 'subjectId' },
      { change: withBody({ groups: inSales, subjectId: nowhere }), code: 'not_found' },
    ],
    after: (answer) => {
      expect(answer).toMatchObject({
        ...{ passes: false, granted: true, filteredOutBy: 'department EQUALS "sales"' },
        clauses: [{ holds: false, found: 'Legal' }],
      });
    },
  },
};
