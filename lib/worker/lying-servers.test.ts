import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

/** The rest of the habits costs more than it tells in every run: what is sent to each of these servers is told by `habits.test.ts`. */
const isFull = process.env.LATCHKEY_TESTS === 'full';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/lying${count}`;
  await emptyTables('users', 'groups', 'applications', 'events', 'graphile_worker._private_jobs');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
});

interface Stored {
  users: { id: string; data: { userName: string; name?: { givenName?: string } } }[];
  groups: { displayName: string; members: string[] }[];
}
const faults = (set: Record<string, unknown>) => peer.control('POST', '/faults', { tenant, ...set });
const state = () => peer.control<Stored>('GET', `/state?tenant=${tenant}`);
const named = async (userName: string) =>
  (await state()).users.filter(({ data }) => data.userName.toLowerCase() === userName);
const forgetRequests = () => peer.control('DELETE', `/requests?tenant=${tenant}`);
const requests = async (method: string) => {
  const { requests: all } = await peer.control<{ requests: { method: string; path: string }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  return all.filter((one) => one.method === method).map(({ path }) => path.replace(/^.*(?=\/(Users|Groups))/, ''));
};
const writes = async () => (await Promise.all(['POST', 'PUT', 'PATCH', 'DELETE'].map(requests))).flat();
const profile = async () => (await getIntegration(applicationId)).profile;
const cycle = async () => {
  await forgetRequests();
  const { cycleId } = await runCycleNow(actor, { applicationId });
  await work();
  return db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
};

/** An account that somebody has made over there. */
async function account(userName: string): Promise<void> {
  const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const email = `${userName.toLowerCase()}@acme.example`;
  const answer = await fetch(`${scimUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true, externalId: email },
      ...{ name: { givenName: 'Some', familyName: 'Body' }, emails: [{ value: email, type: 'work', primary: true }] },
    }),
  });
  expect(answer.status).toBe(201);
}

const lists = ['endless'];
const moreLists = [
  'first fifty as all',
  'empty once',
  'same page',
  'first page',
  'first fifty',
  'wrong total',
  'no total',
];

describe('a server whose lists do not show everybody, and that lets two accounts have one name', () => {
  test.each(isFull ? [...lists, ...moreLists] : lists)(
    '%s: nobody gets a second account, nothing is taken for gone, and a cycle without a change writes nothing',
    async (habit) => {
      await peer.control('POST', '/accounts', { tenant, count: 60 });
      await account('there.already');
      const ids = await Promise.all(['there.already', 'new.one'].map((name) => person(name)));
      await associateGroup(actor, { applicationId, groupId: await group('Crew', ids) });
      await connect(applicationId, tenant, peer);
      await faults({ sameNames: true, lists: habit, ...(habit.includes('page') ? { maxPageSize: 20 } : {}) });
      await work();
      expect(await named('there.already')).toHaveLength(1);
      expect(await named('new.one')).toHaveLength(1);
      const links = await db.userLink.findMany({ orderBy: { id: 'asc' } });
      expect(links.map((link) => link.state)).toEqual(['provisioned', 'provisioned']);
      expect(await cycle()).toMatchObject({ stage: 'finished' });
      expect(await writes()).toEqual([]);
      expect(await db.userLink.findMany({ orderBy: { id: 'asc' } })).toMatchObject(
        links.map(({ remoteId, state }) => ({ remoteId, state })),
      );
      if (habit === 'endless') {
        expect((await profile()).lists).toMatchObject({ value: false, origin: 'learned' });
        const { reading } = await db.cycle.findFirstOrThrow({ orderBy: { startedAt: 'desc' } });
        expect(reading).toMatchObject({ doubts: expect.arrayContaining([expect.stringContaining('again and again')]) });
      }
    },
  );

  test('whoever is not linked and of whom nobody can tell gets none, until an administrator says that lists are whole', async () => {
    await peer.control('POST', '/accounts', { tenant, count: 60 });
    await associateGroup(actor, { applicationId, groupId: await group('Crew', [await person('new.one')]) });
    await faults({ sameNames: true, search: 'finds nothing' });
    await connect(applicationId, tenant, peer);
    await faults({ lists: 'first fifty' });
    await work();
    expect(await db.userLink.findFirst()).toMatchObject({ state: 'error', lastError: { code: 'ListIncomplete' } });
    await cycle();
    expect(await named('new.one')).toEqual([]);
    expect(await db.event.count({ where: { code: 'ListIncomplete' } })).toBe(1);
    await db.integration.update({ where: { applicationId }, data: { profile: { lists: true } } });
    await cycle();
    expect(await named('new.one')).toHaveLength(1);
  });
});

const searches = ['finds nothing', 'minds the case', 'fails', 'ignores the filter', 'finds too much'];

describe('a server that cannot be searched', () => {
  test.each(isFull ? searches : ['minds the case'])(
    '%s: the check says so, and an account in other letters is found in the list',
    async (habit) => {
      await faults({ sameNames: true, search: habit });
      const groupId = await group('Crew', []);
      await associateGroup(actor, { applicationId, groupId });
      await connect(applicationId, tenant, peer);
      await work();
      expect((await profile()).filter).toMatchObject({ value: false });
      await account('There.Already');
      await forgetRequests();
      const ids = await Promise.all(['there.already', 'new.one'].map((name) => person(name)));
      await updateGroupMembers(actor, { groupId, add: ids, remove: [] });
      await work();
      expect(await named('there.already')).toHaveLength(1);
      // Theirs, though Egnyte lets no username change, not even its letters.
      expect(await db.userLink.count({ where: { remoteId: { not: null } } })).toBe(2);
      // The list was read once for both, and nothing was searched for.
      const reads = (await requests('GET')).filter((path) => path.startsWith('/Users?'));
      expect(reads.filter((path) => path.includes('filter='))).toEqual([]);
      expect(reads.length).toBeLessThanOrEqual(2);
    },
  );

  test('since it was checked: what it refuses as taken is looked for in the list, and learned, before it is a conflict', async () => {
    const groupId = await group('Crew', []);
    await associateGroup(actor, { applicationId, groupId });
    await connect(applicationId, tenant, peer);
    await work();
    expect((await profile()).filter).toMatchObject({ value: true });
    await account('there.already');
    await faults({ search: 'finds nothing' });
    await updateGroupMembers(actor, { groupId, add: [await person('there.already')], remove: [] });
    await work();
    expect(await db.userLink.findFirst()).toMatchObject({ state: 'provisioned', takenOver: true });
    expect((await profile()).filter).toMatchObject({ value: false, origin: 'learned' });
    expect(await db.event.findFirst({ where: { name: 'idm_server_learned' }, orderBy: { id: 'desc' } })).toMatchObject({
      changes: { filter: { to: false } },
    });
  });
});

describe('a server whose ids', () => {
  test.each(isFull ? ['numbers', 'change on update'] : ['change on update'])(
    'are %s: a change is one request, a cycle without one writes nothing',
    async (ids) => {
      await faults({ ids });
      const people = await Promise.all(['one', 'two', 'three'].map((name) => person(name)));
      await associateGroup(actor, { applicationId, groupId: await group('Crew', people) });
      await connect(applicationId, tenant, peer);
      await work();
      await db.user.update({ where: { id: people[0] ?? '' }, data: { firstname: 'Renamed' } });
      await cycle();
      expect(await writes()).toHaveLength(1);
      expect(await cycle()).toMatchObject({ stage: 'finished' });
      expect(await writes()).toEqual([]);
      const there = await named('one');
      expect(there).toMatchObject([{ data: { name: { givenName: 'Renamed' } } }]);
      expect(await db.userLink.findMany({ where: { userId: people[0] ?? '' } })).toMatchObject([
        { remoteId: there[0]?.id },
      ]);
      const crew = (await state()).groups.find(({ displayName }) => displayName === 'Crew');
      expect(crew?.members).toHaveLength(3);
      expect(crew?.members).toContain(there[0]?.id);
    },
  );
});
