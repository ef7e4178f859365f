import { expect } from 'vitest';
import { findMappings } from '@/lib/applications/mapping-queries';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { bookmark, withBody, without } from './applications';
import type { Case, Sent, World } from './world';

const nowhere = '00000000-0000-7000-8000-000000000000';
const idOf = ({ params }: Sent) => params?.application ?? '';

async function tableOf(applicationId: string, objectType: 'user' | 'group') {
  const found = await findMappings(applicationId);
  return found?.tables.find((table) => table.objectType === objectType)?.mappings ?? [];
}

/** A table for Egnyte's users, as short as a script writes it. */
const short = [
  { kind: 'direct', source: 'email', target: 'emails.value' },
  { kind: 'direct', source: 'username', target: 'userName', matchingPrecedence: 1 },
  { kind: 'direct', source: 'firstname', target: 'name.givenName' },
  { kind: 'direct', source: 'lastname', target: 'name.familyName' },
  { kind: 'constant', source: 'standard', target: 'userType', apply: 'creation' },
  { kind: 'direct', source: 'active', target: 'active' },
];

/** The table with changes of its first row, or with another instead. */
const row = (change: Record<string, unknown>) =>
  withBody({ mappings: short.map((one, index) => (index === 0 ? { ...one, ...change } : one)) });

/** Has people created as another type from now on: version 2. */
async function withAnotherType(applicationId: string): Promise<void> {
  const mappings = (await tableOf(applicationId, 'user')).map((one) =>
    one.target === 'userType' ? { ...one, source: 'standard' } : one,
  );
  await updateMappings(systemActor, { applicationId, version: 1, objectType: 'user', mappings });
}

/** A bookmark maps nothing: told, not a mistake of the server. */
async function expectNoneOfBookmark(world: World, method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) {
  const { slug } = await bookmark();
  const token = await world.token('administrator');
  const headers = { 'if-match': '*' };
  const answer = await world.send(method, `/applications/${slug}/mappings${path}`, { token, headers, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(404);
}

export const mappingCases: Record<string, Case> = {
  getMappings: {
    valid: async (world) => ({ params: { application: (await world.application()).slug } }),
    after: async (answer, _sent, world) => {
      const { tables } = answer as { tables: { objectType: string; mappings: unknown[]; attributes: unknown[] }[] };
      expect(tables.map((table) => table.objectType)).toEqual(['user', 'group']);
      for (const table of tables) expect(table.attributes.length).toBeGreaterThan(0);
      expect(answer).toMatchObject({ version: 1, valueNames: { userName: expect.any(String) } });
      await expectNoneOfBookmark(world, 'GET', '');
    },
  },
  updateMappings: {
    valid: async (world) => ({
      params: { application: (await world.application()).id, objectType: 'user' },
      body: { mappings: short },
    }),
    invalid: [
      { change: (sent) => ({ ...sent, params: { ...sent.params, objectType: 'device' } }), field: 'objectType' },
      { change: without('mappings'), field: 'mappings' },
      { change: row({ kind: 'magic' }), field: 'mappings.0.kind' },
      { change: row({ source: 'nickname' }), field: 'mappings.0.source' },
      { change: row({ matchingPrecedence: 99_999_999_999 }), field: 'mappings.0.matchingPrecedence' },
      { change: row({ matchingPrecedence: 1 }), field: 'mappings.1.matchingPrecedence' },
      { change: row({ target: 'emails[type eq' }), field: 'mappings.0.target' },
      { change: row({ kind: 'expression', source: 'Join(' }), code: 'expression_error', field: 'mappings.0.source' },
      { change: withBody({ mappings: short.slice(1) }), field: 'mappings' },
      { change: withBody({ mappings: Array.from({ length: 201 }, () => short[0]) }), field: 'mappings' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ version: 2, tables: [{ mappings: short }, { objectType: 'group' }] });
      const rows = await tableOf(idOf(sent), 'user');
      expect(rows).toMatchObject(short);
      expect(rows[0], 'what was left out').toMatchObject({ apply: 'always', defaultValue: null, required: false });
      expect(await tableOf(idOf(sent), 'group'), 'the other table stays').not.toEqual([]);
      await expectNoneOfBookmark(world, 'PUT', '/user', { mappings: [] });
    },
  },
  resetMappings: {
    valid: async (world) => {
      const { id } = await world.application();
      await withAnotherType(id);
      return { params: { application: id, objectType: 'user' } };
    },
    invalid: [
      { change: (sent) => ({ ...sent, params: { ...sent.params, objectType: 'device' } }), field: 'objectType' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ version: 3, tables: [{ objectType: 'user' }, { objectType: 'group' }] });
      const rows = await tableOf(idOf(sent), 'user');
      expect(rows.find((one) => one.target === 'userType')?.source).toBe('power');
      await expectNoneOfBookmark(world, 'POST', '/user/reset');
    },
  },
  listMappingHistory: {
    valid: async (world) => {
      const { id } = await world.application();
      await withAnotherType(id);
      return { params: { application: id, objectType: 'user' } };
    },
    invalid: [
      { change: (sent) => ({ ...sent, params: { ...sent.params, objectType: 'device' } }), field: 'objectType' },
    ],
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({
        items: [
          { revision: 2, origin: 'saved', changes: { userType: { to: { source: 'standard' } } }, fromNow: {} },
          {
            revision: 1,
            origin: 'original',
            actorName: '',
            changes: {},
            fromNow: { userType: { to: { source: 'power' } } },
          },
        ],
      });
      await expectNoneOfBookmark(world, 'GET', '/user/history');
    },
  },
  revertMappings: {
    valid: async (world) => {
      const { id } = await world.application();
      await withAnotherType(id);
      return { params: { application: id, objectType: 'user' }, body: { revision: 1 } };
    },
    invalid: [
      { change: without('revision'), field: 'revision' },
      { change: withBody({ revision: 99 }), code: 'not_found' },
      { change: (sent) => ({ ...sent, params: { ...sent.params, objectType: 'group' } }), code: 'not_found' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ version: 3 });
      const rows = await tableOf(idOf(sent), 'user');
      expect(rows.find((one) => one.target === 'userType')?.source).toBe('power');
      await expectNoneOfBookmark(world, 'POST', '/user/revert', { revision: 1 });
    },
  },
  previewMappingDeprovision: {
    valid: async (world) => {
      const { slug } = await world.connected();
      await world.work();
      const inactive = { kind: 'constant', source: 'False', target: 'active' };
      return { params: { application: slug }, body: { mappings: [...short.slice(0, -1), inactive] } };
    },
    invalid: [
      { change: without('mappings') },
      { change: row({ kind: 'magic' }), field: 'mappings.0.kind' },
      { change: withBody({ template: true }) },
      { change: (sent) => ({ ...sent, body: { revision: 99 } }), code: 'not_found' },
    ],
    after: async (answer, sent, world) => {
      const url = `/applications/${idOf(sent)}/mappings/deprovision-preview`;
      const template = { token: await world.token('administrator'), body: { template: true } };
      const ofTemplate = await world.send('POST', url, template);
      expect(ofTemplate.body, 'the template deactivates nobody').toMatchObject({ accounts: 0 });
      const impact = { isExact: true, people: 0, accounts: 1, becomes: 'deactivated', heldBy: null };
      expect(answer).toMatchObject({ accounts: 1, applications: [impact] });
    },
  },
  previewMappings: {
    valid: async (world) => ({
      params: { application: (await world.application()).slug },
      body: {
        objectType: 'user',
        subjectId: await world.person(),
        mappings: [
          ...short,
          { id: 'mine', kind: 'expression', source: 'ToUpper(', target: 'displayName' },
          { kind: 'constant', source: 'x', target: 'no such path[' },
        ],
      },
    }),
    invalid: [
      { change: without('subjectId'), field: 'subjectId' },
      { change: withBody({ subjectId: nowhere }), code: 'not_found' },
      { change: withBody({ objectType: 'group' }), code: 'not_found' },
      { change: withBody({ objectType: 'device' }), field: 'objectType' },
      { change: row({ target: ' ' }), field: 'mappings.0.target' },
    ],
    after: async (answer, sent) => {
      const { subjectId } = sent.body as { subjectId: string };
      const { username, email } = await db.user.findUniqueOrThrow({ where: { id: subjectId } });
      expect(answer).toMatchObject({
        inScope: false,
        current: null,
        values: { userName: username, userType: 'standard' },
        body: { userName: username, emails: [{ value: email }] },
        problems: [{ mappingId: 'mine', code: 'ExpressionError' }],
      });
      const unsaved = await db.attributeMapping.count({ where: { source: 'ToUpper(' } });
      expect(unsaved, 'nothing is saved').toBe(0);
    },
  },
};
