import { expect } from 'vitest';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { bookmark, withBody, without } from './applications';
import type { Case, Sent, World } from './world';

const remote = { path: 'urn:example:scim:1.0:User:remote', type: 'boolean' };
const level = { path: 'level', type: 'string', canonicalValues: ['gold', 'silver'], caseSensitive: true };

/** The second attribute with a change. */
const second = (change: Record<string, unknown>) => withBody({ attributes: [remote, { ...level, ...change }] });

const valid = async (world: World): Promise<Sent> => ({
  params: { application: (await world.application()).id, objectType: 'user' },
  body: { attributes: [remote, level] },
});

/** A bookmark has none: told, not a mistake of the server. */
async function expectNoneOfBookmark(world: World, method: 'GET' | 'PUT', path: string, body?: unknown) {
  const { slug } = await bookmark();
  const token = await world.token('administrator');
  const headers = { 'if-match': '*' };
  const answer = await world.send(method, `/applications/${slug}/attributes${path}`, { token, headers, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(404);
}

/** Maps a constant to an attribute, as somebody does while another takes the attribute away. */
async function mapLevel(applicationId: string): Promise<void> {
  const rows = await db.attributeMapping.findMany({
    where: { applicationId, objectType: 'user' },
    orderBy: { position: 'asc' },
  });
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  const mine = { id: 'mine', kind: 'constant' as const, source: 'gold', target: 'level', apply: 'always' as const };
  const mappings = [...rows, { ...mine, matchingPrecedence: null, defaultValue: null, required: false }];
  await updateMappings(systemActor, { applicationId, version, objectType: 'user', mappings });
}

export const targetAttributeCases: Record<string, Case> = {
  listTargetAttributes: {
    valid: async (world) => ({ params: { application: (await world.application()).slug } }),
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({ version: 1, lists: [{ objectType: 'user' }, { objectType: 'group' }] });
      const { lists } = answer as { lists: { attributes: object[] }[] };
      expect(lists[0]?.attributes).toContainEqual(
        expect.objectContaining({ path: 'userName', type: 'string', required: true, origin: 'template' }),
      );
      await expectNoneOfBookmark(world, 'GET', '');
    },
  },
  setTargetAttributes: {
    valid,
    invalid: [
      { change: (sent) => ({ ...sent, params: { ...sent.params, objectType: 'device' } }), field: 'objectType' },
      { change: without('attributes'), field: 'attributes' },
      { change: second({ type: 'binary' }), field: 'attributes.1.type' },
      { change: second({ path: ' ' }), field: 'attributes.1.path' },
      { change: second({ path: 'level[' }), field: 'attributes.1.path' },
      { change: second({ path: remote.path.toUpperCase() }), field: 'attributes.1.path' },
      { change: second({ path: 'USERNAME' }), field: 'attributes.1.path' },
      { change: second({ type: 'integer' }), field: 'attributes.1.canonicalValues' },
      { change: withBody({ attributes: Array.from({ length: 201 }, () => remote) }), field: 'attributes' },
    ],
    after: async (answer, sent, world) => {
      const { lists } = answer as { lists: { attributes: { origin: string }[] }[] };
      const added = lists[0]?.attributes.filter(({ origin }) => origin === 'administrator');
      expect(answer).toMatchObject({ version: 2 });
      expect(added).toMatchObject([remote, level]);
      const { application = '' } = sent.params ?? {};
      await mapLevel(application);
      const without = await world.send('PUT', `/applications/${application}/attributes/user`, {
        token: await world.token('administrator'),
        headers: { 'if-match': '*' },
        body: { attributes: [remote] },
      });
      expect(without).toMatchObject({ status: 409, body: { code: 'conflict', field: 'attributes' } });
      expect(JSON.stringify(without.body)).toContain('gold to level');
      await expectNoneOfBookmark(world, 'PUT', '/user', { attributes: [] });
    },
  },
};
