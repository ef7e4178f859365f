import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { assignUser } from '@/lib/applications/assign-user';
import { associateGroup } from '@/lib/applications/change-associations';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { withBody } from './applications';
import type { Case, Sent, World } from './world';

const nowhere = '00000000-0000-7000-8000-000000000000';

const withParams = (params: Record<string, string>) => (sent: Sent) => ({
  ...sent,
  params: { ...sent.params, ...params },
});

const unknownPerson = { change: withParams({ userId: nowhere }), code: 'not_found' };
const noUuid = (name: string) => ({ change: withParams({ [name]: 'staff' }), field: name });

/** An application with one group of one person, and a second group that is not associated. */
async function twoGroups(world: World) {
  const { id } = await world.application();
  const groupId = await world.group([await world.person()]);
  const otherId = await world.group([await world.person()]);
  await associateGroup(systemActor, { applicationId: id, groupId });
  return { id, groupId, otherId };
}

/** One group to be added, another to be removed. */
async function swap(world: World): Promise<Sent> {
  const { id, groupId, otherId } = await twoGroups(world);
  return { params: { application: id }, body: { add: [otherId], remove: [groupId] } };
}

const wrongSwap = [
  { change: withBody({ add: ['staff'] }), field: 'add.0' },
  { change: withBody({ add: null }), field: 'add' },
  { change: withBody({ remove: Array.from({ length: 501 }, () => randomUUID()) }), field: 'remove' },
];

async function associatedIds({ params }: Sent): Promise<string[]> {
  const rows = await db.applicationGroup.findMany({ where: { applicationId: params?.application ?? '' } });
  return rows.map((row) => row.groupId);
}

function assignment({ params }: Sent) {
  const key = { applicationId: params?.application ?? '', userId: params?.userId ?? '' };
  return db.applicationUser.findUnique({ where: { applicationId_userId: key } });
}

async function applicationAndPerson(world: World): Promise<{ application: string; userId: string }> {
  return { application: (await world.application()).id, userId: await world.person() };
}

/** Somebody who is assigned, with the address that they are named by. */
async function assigned(world: World): Promise<{ application: string; userId: string; email: string }> {
  const pair = await applicationAndPerson(world);
  await assignUser(systemActor, { applicationId: pair.application, userId: pair.userId });
  return { ...pair, email: (await db.user.findUniqueOrThrow({ where: { id: pair.userId } })).email };
}

export const associationCases: Record<string, Case> = {
  listGroupsOfApplication: {
    valid: async (world) => {
      const { id, otherId } = await twoGroups(world);
      await associateGroup(systemActor, { applicationId: id, groupId: otherId });
      await world.group();
      return { params: { application: id }, query: { limit: '1' } };
    },
    invalid: [
      { change: (sent) => ({ ...sent, query: { limit: '201' } }), field: 'limit' },
      { change: (sent) => ({ ...sent, query: { associated: 'maybe' } }), field: 'associated' },
      { change: (sent) => ({ ...sent, query: { cursor: 'nonsense' } }), field: 'cursor' },
    ],
    after: async (answer, sent, world) => {
      const first = answer as { items: { id: string }[]; total: number; nextCursor: string };
      expect(first).toMatchObject({ items: [{ associated: true, members: 1 }], total: 2 });
      const path = `/applications/${sent.params?.application}/groups`;
      const token = await world.token('administrator');
      const second = await world.send('GET', `${path}?limit=1&cursor=${first.nextCursor}`, { token });
      const { items, nextCursor } = second.body as { items: { id: string }[]; nextCursor?: string };
      expect(nextCursor).toBeUndefined();
      expect([...first.items, ...items].map((group) => group.id).sort()).toEqual((await associatedIds(sent)).sort());
      const others = await world.send('GET', `${path}?associated=false&limit=1`, { token });
      expect(others.body).toMatchObject({ items: [{ associated: false }] });
    },
  },
  changeGroupsOfApplication: {
    valid: swap,
    invalid: [...wrongSwap, { change: withBody({ add: [nowhere] }), code: 'not_found' }],
    after: async (answer, sent) => {
      expect(answer).toEqual({ added: 1, removed: 1, conflicts: 0 });
      expect(await associatedIds(sent)).toEqual((sent.body as { add: string[] }).add);
    },
  },
  previewGroupsOfApplication: {
    valid: swap,
    invalid: wrongSwap,
    after: async (answer, sent) => {
      const nobody = { count: 0, first: [] };
      expect(answer).toEqual({
        ...{ enter: 1, leave: 1, isExact: true, total: 1, totalIsExact: true },
        ...{ members: 1, already: nobody, suspended: nobody },
        ...{ removedMembers: 1, kept: nobody, removedSuspended: nobody },
      });
      expect(await associatedIds(sent), 'nothing is saved').toEqual((sent.body as { remove: string[] }).remove);
    },
  },
  associateGroup: {
    valid: async (world) => {
      const { id, otherId } = await twoGroups(world);
      return { params: { application: id, groupId: otherId } };
    },
    invalid: [noUuid('groupId'), { change: withParams({ groupId: nowhere }), code: 'not_found' }],
    after: async (_answer, sent) => {
      expect(await associatedIds(sent)).toHaveLength(2);
      expect(await associatedIds(sent)).toContain(sent.params?.groupId);
    },
  },
  disassociateGroup: {
    valid: async (world) => {
      const { id, groupId } = await twoGroups(world);
      return { params: { application: id, groupId } };
    },
    invalid: [noUuid('groupId')],
    after: async (_answer, sent, world) => {
      expect(await associatedIds(sent)).toEqual([]);
      const { application, groupId } = sent.params ?? {};
      const token = await world.token('administrator');
      const again = await world.send('DELETE', `/applications/${application}/groups/${groupId}`, { token });
      expect(again.status, 'what is gone can be taken away').toBe(204);
    },
  },
  assignUser: {
    valid: async (world) => ({ params: await applicationAndPerson(world) }),
    invalid: [noUuid('userId'), unknownPerson],
    after: async (_answer, sent) => {
      expect(await assignment(sent)).toMatchObject({ assigned: true });
    },
  },
  unassignUser: {
    valid: async (world) => {
      const { application, userId } = await applicationAndPerson(world);
      await assignUser(systemActor, { applicationId: application, userId });
      return { params: { application, userId } };
    },
    invalid: [noUuid('userId'), unknownPerson],
    after: async (_answer, sent) => {
      expect(await assignment(sent)).toMatchObject({ assigned: false });
    },
  },
  reviewApplicationUsernames: {
    valid: async (world) => {
      const { application, email } = await assigned(world);
      const usernames = [
        { person: email, applicationUsername: 'ana.m' },
        { person: 'nobody@acme.example', applicationUsername: 'nobody' },
      ];
      return { params: { application }, body: { usernames } };
    },
    invalid: [{ change: withBody({ usernames: [] }), field: 'usernames' }],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({
        rows: [
          { applicationUsername: 'ana.m', was: null, after: 'ana.m', unchanged: false, problem: null },
          { user: null, problem: { code: 'not_found' } },
        ],
      });
      const { application = '' } = sent.params ?? {};
      expect(
        await db.applicationUser.count({ where: { applicationId: application, applicationUsername: 'ana.m' } }),
      ).toBe(0);
    },
  },
  setApplicationUsernames: {
    valid: async (world) => {
      const { application, userId } = await assigned(world);
      return { params: { application }, body: { usernames: [{ userId, was: null, applicationUsername: 'ana.m' }] } };
    },
    invalid: [
      { change: withBody({ usernames: [] }), field: 'usernames' },
      {
        change: withBody({ usernames: [{ userId: nowhere, was: null, applicationUsername: 'ana.m' }] }),
        code: 'invalid_input',
      },
    ],
    after: async (answer, sent) => {
      expect(answer).toEqual({ count: 1 });
      const { application = '' } = sent.params ?? {};
      expect(
        await db.applicationUser.count({ where: { applicationId: application, applicationUsername: 'ana.m' } }),
      ).toBe(1);
    },
  },
  setApplicationUsername: {
    valid: async (world) => ({
      params: await applicationAndPerson(world),
      body: { applicationUsername: 'ana.m' },
    }),
    invalid: [
      noUuid('userId'),
      unknownPerson,
      { change: (sent) => ({ ...sent, body: {} }), field: 'applicationUsername' },
      { change: withBody({ applicationUsername: '' }), field: 'applicationUsername' },
      { change: withBody({ applicationUsername: 'ana@example.com' }), field: 'applicationUsername' },
    ],
    after: async (_answer, sent) => {
      expect(await assignment(sent)).toMatchObject({ applicationUsername: 'ana.m', assigned: false });
      const { application: applicationId = '', userId = '' } = sent.params ?? {};
      await setApplicationUsername(systemActor, { applicationId, userId, applicationUsername: null });
      expect(await assignment(sent)).toMatchObject({ applicationUsername: null });
    },
  },
};
