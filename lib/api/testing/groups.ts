import { expect } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { type Case, type Sent, unique, type World } from './world';

const absent = '00000000-0000-7000-8000-000000000000';
const params = (sent: Sent, over: Record<string, string>) => ({ params: { ...sent.params, ...over } });
const ofNothing = { change: (sent: Sent) => params(sent, { id: absent }), code: 'not_found' };
const importedGroup = async (world: World): Promise<string> => {
  const id = await world.group();
  const { id: importedFromId } = await world.application();
  await db.group.update({ where: { id }, data: { importedFromId, remoteId: unique('remote') } });
  return id;
};

const rowOf = (sent: Sent) => db.group.findUniqueOrThrow({ where: { id: sent.params?.id ?? '' } });
const membersOf = async (groupId: string | undefined): Promise<string[]> => {
  const rows = await db.groupMember.findMany({ where: { groupId: groupId ?? '' }, orderBy: { userId: 'asc' } });
  return rows.map((row) => row.userId);
};

/** A group with one direct member and one through a group that is nested in it. */
async function nested(world: World): Promise<{ id: string; childId: string; direct: string; through: string }> {
  const [direct, through] = [await world.person(), await world.person()];
  const [id, childId] = [await world.group([direct]), await world.group([through])];
  await db.groupNesting.create({ data: { parentId: id, childId } });
  return { id, childId, direct, through };
}

/** A group by which somebody has an account. */
async function withAccount(world: World): Promise<{ id: string; userId: string }> {
  const { id: applicationId, userId, groupId } = await world.connected();
  await db.userLink.create({ data: { applicationId, userId, remoteId: unique('remote'), state: 'provisioned' } });
  return { id: groupId, userId };
}

export const groupCases: Record<string, Case> = {
  listGroups: {
    valid: async (world) => {
      const name = unique('listed');
      await world.group([await world.person()], name);
      return { query: { q: name, origin: 'own', sort: '-created', limit: '200' } };
    },
    invalid: [
      { change: () => ({ query: { origin: 'elsewhere' } }), field: 'origin' },
      { change: () => ({ query: { sort: 'size' } }), field: 'sort' },
      { change: () => ({ query: { cursor: 'bm90aGluZw' } }), field: 'cursor' },
      { change: () => ({ query: { limit: '1.5' } }), field: 'limit' },
    ],
    after: (answer, sent) =>
      expect(answer).toMatchObject({ items: [{ name: sent.query?.q, members: 1, importedFrom: null }], total: 1 }),
  },
  createGroup: {
    valid: async () => ({ body: { name: unique('Readers'), description: 'Who reads.' } }),
    invalid: [
      { change: () => ({ body: { description: 'Nameless.' } }), field: 'name' },
      { change: () => ({ body: { name: 'two\nlines' } }), field: 'name' },
      {
        change: ({ body }) => ({ body: { ...(body as object), description: 'x'.repeat(1001) } }),
        field: 'description',
      },
    ],
    after: async (answer, sent, world) => {
      const { id } = answer as { id: string };
      expect(await db.group.findUniqueOrThrow({ where: { id } })).toMatchObject(sent.body as object);
      const again = await world.send('POST', '/groups', { token: await world.token('administrator'), body: sent.body });
      expect(again).toMatchObject({ status: 409, body: { code: 'already_exists', field: 'name' } });
    },
  },
  updateGroupRule: {
    valid: async (world) => {
      const department = unique('department');
      const [stays, goes, comes] = [await world.person(), await world.person(), await world.person()];
      await db.user.updateMany({ where: { id: { in: [stays, comes] } }, data: { department } });
      return {
        params: { id: await world.group([stays, goes]) },
        body: { rule: [[{ attribute: 'department', operator: 'EQUALS', value: department }]] },
      };
    },
    invalid: [
      ofNothing,
      { change: () => ({ body: { rule: [] } }), field: 'rule' },
      { change: () => ({ body: {} }), field: 'rule' },
      {
        change: () => ({ body: { rule: [[{ attribute: 'nickname', operator: 'IS NULL' }]] } }),
        field: 'rule.0.0.attribute',
      },
      {
        change: () => ({ body: { rule: [[{ operator: 'IsMemberOf', groupId: absent }]] } }),
        field: 'rule.0.0.groupId',
      },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toEqual({ id: sent.params?.id, version: 2, added: 1, removed: 1 });
      expect(await rowOf(sent)).toMatchObject({ dynamic: true });
      expect(await membersOf(sent.params?.id)).toHaveLength(2);
      const token = await world.token('administrator');
      const path = `/groups/${sent.params?.id}` as const;
      const byHand = await world.send('POST', `${path}/members`, { token, body: { add: [await world.person()] } });
      expect(byHand).toMatchObject({ status: 409, body: { code: 'conflict' } });
      const read = await world.send('GET', path, { token });
      expect(read.body).toMatchObject({ dynamic: true, rule: [[{ operator: 'EQUALS' }]] });
      const headers = { 'if-match': '*' };
      const statics = await world.send('PUT', `${path}/rule`, { token, body: { rule: null }, headers });
      expect(statics).toMatchObject({ status: 200, body: { version: 3, added: 0, removed: 0 } });
      expect(await membersOf(sent.params?.id)).toHaveLength(2);
      const made = await world.send('POST', '/groups', {
        token,
        body: { name: unique('dynamic'), ...(sent.body as object) },
      });
      expect(made).toMatchObject({ status: 201, body: { dynamic: true } });
      expect(await membersOf((made.body as { id: string }).id)).toHaveLength(2);
    },
  },
  previewGroupRule: {
    valid: async (world) => {
      const department = unique('department');
      const [stays, goes] = [await world.person(), await world.person()];
      await db.user.update({ where: { id: stays }, data: { department } });
      return {
        body: {
          rule: [[{ attribute: 'department', operator: 'EQUALS', value: department }]],
          groupId: await world.group([stays, goes]),
        },
      };
    },
    invalid: [
      { change: ({ body }) => ({ body: { ...(body as object), groupId: absent } }), code: 'not_found' },
      { change: () => ({ body: { rule: [[{ operator: 'IS NULL' }]] } }), field: 'rule.0.0.attribute' },
      { change: () => ({ body: { rule: [] } }), field: 'rule' },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({
        members: 1,
        added: 0,
        removed: 1,
        addedNames: [],
        removedNames: [{}].map(() => expect.any(String)),
        applications: [],
        moreApplications: false,
      });
      expect(await membersOf((sent.body as { groupId: string }).groupId)).toHaveLength(2);
    },
  },
  getGroup: {
    valid: async (world) => ({ params: { id: (await nested(world)).id } }),
    invalid: [ofNothing],
    after: (answer, sent) =>
      expect(answer).toMatchObject({
        id: sent.params?.id,
        directMembers: 1,
        effectiveMembers: 2,
        children: [{ members: 1 }],
        parents: [],
        ...{ nestedGroups: 1, nestedGroupsIsExact: true },
      }),
  },
  listNestedGroups: {
    valid: async (world) => ({ params: { id: (await nested(world)).id } }),
    invalid: [ofNothing, { change: () => ({ query: { limit: '0' } }), field: 'limit' }],
    after: (answer) => expect(answer).toMatchObject({ items: [{ members: 1 }], total: 1, totalIsExact: true }),
  },
  listParentGroups: {
    valid: async (world) => ({ params: { id: (await nested(world)).childId } }),
    invalid: [ofNothing, { change: () => ({ query: { limit: '0' } }), field: 'limit' }],
    after: (answer) => expect(answer).toMatchObject({ items: [{ members: 2 }], total: 1, totalIsExact: true }),
  },
  updateGroup: {
    valid: async (world) => {
      const id = await world.group();
      await db.group.update({ where: { id }, data: { description: 'Stays.' } });
      return { params: { id }, body: { name: unique('Renamed') } };
    },
    invalid: [
      ofNothing,
      { change: () => ({ body: { name: ' ' } }), field: 'name' },
      { change: () => ({ body: { version: 1 } }) },
    ],
    after: async (answer, sent, world) => {
      const stored = { ...(sent.body as object), description: 'Stays.', version: 2 };
      expect(await rowOf(sent)).toMatchObject(stored);
      expect(answer).toMatchObject(stored);
      const imported = await world.send('PATCH', `/groups/${await importedGroup(world)}`, {
        token: await world.token('administrator'),
        body: { name: unique('Renamed') },
        headers: { 'if-match': '*' },
      });
      expect(imported).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  deleteGroup: {
    valid: async (world) => ({ params: { id: await world.group([await world.person()]) } }),
    invalid: [ofNothing],
    after: async (_answer, sent, world) => {
      expect((await rowOf(sent)).deletedAt).not.toBeNull();
      const token = await world.token('administrator');
      const again = await world.send('DELETE', `/groups/${sent.params?.id}`, { token });
      expect(again).toMatchObject({ status: 404, body: { code: 'not_found' } });
      const imported = await world.send('DELETE', `/groups/${await importedGroup(world)}`, { token });
      expect(imported).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  listForeignMembers: {
    valid: async (world) => {
      const id = await importedGroup(world);
      const member = (remoteId: string, name: string, userId: string | null = null) => ({
        groupId: id,
        remoteId,
        name,
        userId,
      });
      const people = [member('2', 'Zoe'), member('1', 'Ann'), member('3', 'Mine', await world.person())];
      await db.applicationGroupMember.createMany({ data: people });
      return { params: { id } };
    },
    invalid: [ofNothing, { change: () => ({ query: { limit: '0' } }), field: 'limit' }],
    after: (answer) => expect(answer).toMatchObject({ items: [{ name: 'Ann' }, { name: 'Zoe' }], total: 2 }),
  },
  turnGroup: {
    valid: async (world) => ({ params: { id: await importedGroup(world) }, body: { name: unique('Turned') } }),
    invalid: [ofNothing, { change: () => ({ body: { name: ' ' } }), field: 'name' }],
    after: async (answer, sent, world) => {
      const stored = { ...(sent.body as object), importedFromId: null, remoteId: null, version: 2 };
      expect(await rowOf(sent)).toMatchObject(stored);
      expect(answer).toMatchObject({ version: 2 });
      const path = `/groups/${sent.params?.id}/turn` as const;
      const headers = { 'if-match': '*' };
      const again = await world.send('POST', path, { token: await world.token('administrator'), headers, body: {} });
      expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
  listGroupMembers: {
    valid: async (world) => {
      const { id } = await nested(world);
      return { params: { id }, query: { q: 'person', direct: 'false' } };
    },
    invalid: [
      ofNothing,
      { change: () => ({ query: { direct: 'yes' } }), field: 'direct' },
      { change: () => ({ query: { limit: '-1' } }), field: 'limit' },
    ],
    after: async (answer, sent, world) => {
      const { items } = answer as { items: { direct: boolean; through: string[] }[] };
      expect(items).toMatchObject([{ direct: false, through: [expect.stringContaining('group-')] }]);
      const path = `/groups/${sent.params?.id}/members` as const;
      const token = await world.token('administrator');
      const first = (await world.send('GET', `${path}?limit=1`, { token })).body as { nextCursor: string };
      const rest = await world.send('GET', `${path}?limit=1&cursor=${first.nextCursor}`, { token });
      expect(first).toMatchObject({ items: [{}], total: 2 });
      expect(rest.body).toMatchObject({ items: [{}], total: 2 });
      expect(rest.body).not.toHaveProperty('nextCursor');
    },
  },
  updateGroupMembers: {
    valid: async (world) => {
      const [stays, goes, comes] = [await world.person(), await world.person(), await world.person()];
      return { params: { id: await world.group([stays, goes]) }, body: { add: [stays, comes], remove: [goes] } };
    },
    invalid: [
      ofNothing,
      { change: () => ({ body: { add: ['somebody'] } }), field: 'add.0' },
      { change: () => ({ body: { remove: Array.from({ length: 1001 }, () => absent) } }), field: 'remove' },
      { change: () => ({ body: { add: [absent] } }), code: 'not_found', field: 'add' },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ id: sent.params?.id, version: 1, added: 1, removed: 1 });
      expect(await membersOf(sent.params?.id)).toEqual((sent.body as { add: string[] }).add.toSorted());
    },
  },
  nestGroup: {
    valid: async (world) => ({ params: { id: await world.group(), childId: await world.group() } }),
    invalid: [
      ofNothing,
      { change: (sent) => params(sent, { childId: absent }), code: 'not_found' },
      { change: (sent) => params(sent, { childId: sent.params?.id ?? '' }), code: 'conflict', field: 'childId' },
      { change: (sent) => params(sent, { childId: sent.params?.id?.toUpperCase() ?? '' }), code: 'conflict' },
    ],
    after: async (_answer, { params: { id = '', childId = '' } = {} }, world) => {
      expect(await db.groupNesting.count({ where: { parentId: id, childId } })).toBe(1);
      const token = await world.token('administrator');
      const again = await world.send('PUT', `/groups/${id}/nested/${childId}`, { token });
      expect(again.status, 'nesting again is harmless').toBe(204);
      const circle = await world.send('PUT', `/groups/${childId}/nested/${id}`, { token });
      expect(circle).toMatchObject({ status: 409, body: { code: 'conflict', field: 'childId' } });
    },
  },
  unnestGroup: {
    valid: async (world) => {
      const { id, childId } = await nested(world);
      return { params: { id, childId } };
    },
    invalid: [ofNothing, { change: (sent) => params(sent, { childId: absent }), code: 'not_found' }],
    after: async (_answer, sent) => {
      expect(await db.groupNesting.count({ where: { parentId: sent.params?.id ?? '' } })).toBe(0);
    },
  },
  listApplicationsOfGroup: {
    valid: async (world) => {
      const [id, { id: applicationId }] = [await world.group(), await world.application()];
      await world.application();
      await associateGroup(systemActor, { applicationId, groupId: id });
      return { params: { id } };
    },
    invalid: [ofNothing],
    after: (answer) => expect(answer).toMatchObject({ items: [{ kind: 'saml', idmStatus: 'not_configured' }] }),
  },
  changeApplicationsOfGroup: {
    valid: async (world) => {
      const groupId = await world.group();
      const [before, after] = [await world.application(), await world.application()];
      await associateGroup(systemActor, { applicationId: before.id, groupId });
      return { params: { id: groupId }, body: { add: [after.id], remove: [before.id] } };
    },
    invalid: [
      ofNothing,
      { change: () => ({ body: { add: ['egnyte'] } }), field: 'add.0' },
      { change: () => ({ body: { add: Array.from({ length: 501 }, () => absent) } }), field: 'add' },
      { change: ({ body }) => ({ body: { ...(body as object), add: [absent] } }), code: 'not_found' },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ added: 1, removed: 1, conflicts: 0 });
      const rows = await db.applicationGroup.findMany({ where: { groupId: sent.params?.id ?? '' } });
      expect(rows.map((row) => row.applicationId)).toEqual((sent.body as { add: string[] }).add);
    },
  },
  previewGroupDeprovision: {
    valid: async (world) => {
      const { id, userId } = await withAccount(world);
      return { params: { id }, query: { members: userId } };
    },
    invalid: [
      ofNothing,
      { change: () => ({ query: { members: 'somebody' } }), field: 'members.0' },
      { change: () => ({ query: { nested: 'some-group' } }), field: 'nested' },
      { change: () => ({ query: { members: absent, nested: absent } }), field: 'nested' },
    ],
    after: async (answer, sent, world) => {
      const lost = { accounts: 1, applications: [{ people: 1, accounts: 1, names: [expect.any(String)] }] };
      expect(answer).toMatchObject(lost);
      const token = await world.token('administrator');
      const path = `/groups/${sent.params?.id}/deprovision-preview` as const;
      expect((await world.send('GET', path, { token })).body, 'if it is deleted').toMatchObject(lost);
      const childId = await world.group([await world.person()]);
      await db.groupNesting.create({ data: { parentId: sent.params?.id ?? '', childId } });
      const unnested = await world.send('GET', `${path}?nested=${childId}`, { token });
      expect(unnested.body, 'if the nested group is taken out').toMatchObject({
        applications: [{ people: 1, accounts: 0 }],
      });
    },
    alone: true,
  },
};
