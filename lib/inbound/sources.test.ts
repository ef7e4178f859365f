import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { createGroup } from '@/lib/directory/create-group';
import { deleteGroup } from '@/lib/directory/delete-group';
import { deleteUser } from '@/lib/directory/delete-user';
import { nestGroup } from '@/lib/directory/nest-group';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { columnsOfUser } from '@/lib/directory/testing/columns';
import { aPerson, tester, unguarded } from '@/lib/directory/testing/people';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { deleteSource } from './delete-source';
import { getSource, listSourceTokens } from './queries';
import { revokeSourceToken } from './revoke-source-token';
import { aSource, patchOp, startEndpoint } from './testing/source';
import { updateSource } from './update-source';

let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let count = 0;

beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(async () => {
  endpoint.close();
  await db.$disconnect();
});

const make = (values: { takeOver?: boolean; mailActivation?: boolean; requestsPerMinute?: number } = {}) => {
  count += 1;
  return aSource(endpoint.url, { name: `source ${count}`, ...values });
};
const person = (userName: string, more: object = {}) => ({
  userName,
  name: { givenName: 'Sam', familyName: 'Source' },
  emails: [{ value: `${userName}@source.example` }],
  ...more,
});
const setActive = (active: boolean) => patchOp({ op: 'replace', path: 'active', value: active });
const ownedBy = (name: string) => ({
  code: 'owned_by_source',
  message: expect.stringContaining(name),
  details: { source: name },
});

describe('what a source owns', () => {
  test('nobody else changes, roles aside; deleted, it leaves everything behind as Latchkey’s own', async () => {
    const { id: sourceId, call } = await make();
    const { name } = await getSource(sourceId);
    const { body: sam } = await call('POST', '/Users', person('owned.sam'));
    const { body: group } = await call('POST', '/Groups', { displayName: 'Owned', members: [{ value: sam.id }] });
    const other = await aPerson();
    const own = await createGroup(tester, { name: 'Own', description: '' });
    const user = await db.user.findUniqueOrThrow({ where: { id: sam.id } });
    const values = { ...columnsOfUser(user), id: user.id, version: user.version };

    const members = { groupId: group.id, add: [other.id], remove: [] };
    for (const refused of [
      () => updateUser(tester, { ...values, jobTitle: 'Spy' }, unguarded),
      () => deleteUser(tester, { id: sam.id }),
      () => updateGroup(tester, { id: group.id, version: 2, name: 'Mine', description: '' }),
      () => updateGroupMembers(tester, members),
      () => deleteGroup(tester, { id: group.id }),
      () => nestGroup(tester, { parentId: group.id, childId: own.id }),
    ]) {
      await expect(refused()).rejects.toMatchObject(ownedBy(name));
    }
    await expect(updateUser(tester, { ...values, jobTitle: 'Spy' }, unguarded)).rejects.toMatchObject({
      field: 'jobTitle',
    });
    const promoted = await updateUser(tester, { ...values, role: 'helpdesk' }, unguarded);
    expect(promoted.role).toBe('helpdesk');
    await nestGroup(tester, { parentId: own.id, childId: group.id });
    // The role stays whatever the source says.
    expect(
      (
        await call('PUT', `/Users/${sam.id}`, {
          ...person('owned.sam'),
          roles: [{ value: 'administrator' }],
          title: 'T',
        })
      ).status,
    ).toBe(200);
    expect(await db.user.findUniqueOrThrow({ where: { id: sam.id } })).toMatchObject({
      role: 'helpdesk',
      jobTitle: 'T',
    });

    const foreign = await make();
    for (const path of [`/Users/${sam.id}`, `/Groups/${group.id}`]) {
      for (const method of ['GET', 'DELETE']) expect((await foreign.call(method, path)).status).toBe(404);
    }
    expect((await foreign.call('GET', '/Users')).body.totalResults).toBe(0);
    expect(
      (await foreign.call('POST', '/Groups', { displayName: 'Foreign', members: [{ value: sam.id }] })).status,
    ).toBe(400);

    await deleteSource(tester, { id: sourceId, typed: name });
    expect((await call('GET', '/Users')).status).toBe(401);
    const after = await db.user.findUniqueOrThrow({ where: { id: sam.id } });
    await updateUser(
      tester,
      { ...columnsOfUser(after), id: sam.id, version: after.version, jobTitle: 'Free' },
      unguarded,
    );
    await updateGroupMembers(tester, members);
  });

  test('whom an administrator suspended here stays suspended until somebody lifts it, here or by saying so anew over there', async () => {
    const { call } = await make();
    const { body } = await call('POST', '/Users', person('by.hand'));
    const status = async () => (await call('GET', `/Users/${body.id}`)).body.active;
    await suspendUser(tester, { id: body.id });
    expect((await call('PATCH', `/Users/${body.id}`, setActive(true))).status).toBe(200);
    await call('PATCH', `/Users/${body.id}`, patchOp({ op: 'replace', path: 'title', value: 'Lead' }));
    expect(await status()).toBe(false);
    await reactivateUser(tester, { id: body.id });
    expect(await status()).toBe(true);
    await call('PATCH', `/Users/${body.id}`, setActive(false));
    await expect(reactivateUser(tester, { id: body.id })).rejects.toMatchObject({ code: 'owned_by_source' });
    await call('PATCH', `/Users/${body.id}`, setActive(true));
    expect(await status()).toBe(true);
  });

  test('a suspension signs out and shuts out as one by hand does; what changes nothing is no event', async () => {
    const { call } = await make();
    const { body } = await call('POST', '/Users', person('leaver'));
    const at = new Date();
    await db.session.create({
      data: { userId: body.id, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 1e6) },
    });
    const jobs = async () =>
      (
        await db.$queryRaw<{ task: string }[]>`
        SELECT t.identifier AS task FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
        WHERE j.payload::text LIKE ${`%${body.id}%`}`
      ).map(({ task }) => task);
    await call('PATCH', `/Users/${body.id}`, setActive(false));
    expect(await db.session.count({ where: { userId: body.id, revokedAt: null } })).toBe(0);
    expect(await jobs()).toContain('person-shut-out');
    const events = await db.event.count();
    for (let times = 0; times < 3; times += 1) await call('PATCH', `/Users/${body.id}`, setActive(false));
    await call('PUT', `/Users/${body.id}`, person('leaver', { active: false }));
    expect(await db.event.count()).toBe(events);
  });

  test('the last administrator who can sign in is suspended and deleted by no source', async () => {
    const { call } = await make();
    const { body } = await call('POST', '/Users', person('last.admin'));
    await db.user.update({ where: { id: body.id }, data: { role: 'administrator', passwordHash: 'x' } });
    expect(await db.user.count({ where: { role: 'administrator', deletedAt: null } })).toBe(1);
    for (const [method, sent] of [
      ['PATCH', setActive(false)],
      ['DELETE', undefined],
    ] as const) {
      const refused = await call(method, `/Users/${body.id}`, sent);
      expect(refused).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('last active administrator') },
      });
    }
    await db.user.update({ where: { id: body.id }, data: { role: 'user' } });
  });
});

test('of somebody with a role in the console, a source changes neither the names nor that they are shut out, and everything else', async () => {
  const { call } = await make();
  const { body } = await call('POST', '/Users', person('is.helpdesk'));
  const path = `/Users/${body.id}`;
  await db.user.update({ where: { id: body.id }, data: { role: 'helpdesk' } });
  const before = await db.user.findUniqueOrThrow({ where: { id: body.id } });
  const emails = [{ value: 'mallory@evil.example', primary: true }];
  const put = await call('PUT', path, person('mallory', { emails, title: 'Lead', active: false }));
  expect(put).toMatchObject({ status: 200, body: { userName: 'is.helpdesk', title: 'Lead', active: false } });
  expect((await call('PATCH', path, setActive(true))).body.active).toBe(false);
  expect((await call('PATCH', path, patchOp({ op: 'replace', path: 'userName', value: 'mallory' }))).status).toBe(200);
  const after = await db.user.findUniqueOrThrow({ where: { id: body.id } });
  expect(after).toMatchObject({
    username: before.username,
    email: before.email,
    status: 'suspended',
    role: 'helpdesk',
  });
  const told = await db.event.findMany({ where: { targetId: body.id, outcome: 'error' }, orderBy: { id: 'asc' } });
  expect(told.map(({ message }) => message?.split('otherwise: ')[1])).toEqual([
    'the username, the e-mail address.',
    'the suspension.',
    'the username.',
  ]);
  await reactivateUser(tester, { id: body.id });

  await call('DELETE', path);
  const again = await call('POST', '/Users', person('is.helpdesk', { emails }));
  expect(again).toMatchObject({ status: 201, body: { id: body.id } });
  expect(await db.user.findUniqueOrThrow({ where: { id: body.id } })).toMatchObject({ role: 'user' });
  const restored = await db.event.findFirstOrThrow({ where: { targetId: body.id, name: 'user_restore' } });
  expect(restored.changes).toMatchObject({ role: { from: 'helpdesk', to: 'user' } });
});

describe('somebody who is there already', () => {
  test('is refused, or taken over where the source says so: nobody’s, and without a role in the console', async () => {
    const mine = await aPerson({ username: 'taken.over' });
    const admin = await aPerson({ username: 'an.admin', role: 'administrator' });
    const careful = await make();
    const refused = await careful.call('POST', '/Users', person('Taken.Over'));
    expect(refused).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    const eager = await make({ takeOver: true });
    const taken = await eager.call('POST', '/Users', person('Taken.Over', { externalId: 'x1', active: true }));
    expect(taken).toMatchObject({ status: 201, body: { id: mine.id, userName: 'Taken.Over', externalId: 'x1' } });
    for (const userName of [admin.username, 'taken.over']) {
      expect((await eager.call('POST', '/Users', person(userName))).status).toBe(409);
    }
    const other = await make({ takeOver: true });
    expect((await other.call('POST', '/Users', person('taken.over'))).status).toBe(409);
  });

  test('deleted by the source and sent again is the same person, with what is said now', async () => {
    const { call } = await make();
    const { body: first } = await call('POST', '/Users', person('comes.back', { externalId: 'c1' }));
    await call('PATCH', `/Users/${first.id}`, setActive(false));
    await call('DELETE', `/Users/${first.id}`);
    const again = await call('POST', '/Users', person('comes.back', { externalId: 'c1', title: 'Back' }));
    expect(again).toMatchObject({ status: 201, body: { id: first.id, title: 'Back', active: true } });
    await call('DELETE', `/Users/${first.id}`);
    const another = await call('POST', '/Users', person('comes.back', { externalId: 'c2' }));
    expect(another.status).toBe(201);
    expect(another.body.id).not.toBe(first.id);
  });

  test('another name for one externalId is refused, in POST and PATCH', async () => {
    const { call } = await make();
    await call('POST', '/Users', person('ext.one', { externalId: 'e1' }));
    const { body } = await call('POST', '/Users', person('ext.two', { externalId: 'e2' }));
    const wanted = { status: 409, body: { scimType: 'uniqueness', detail: expect.stringContaining('ext.one') } };
    expect(await call('POST', '/Users', person('ext.three', { externalId: 'e1' }))).toMatchObject(wanted);
    expect(
      await call('PATCH', `/Users/${body.id}`, patchOp({ op: 'replace', path: 'externalId', value: 'e1' })),
    ).toMatchObject(wanted);
  });
});

test('a token that is revoked or expired is refused from the next request on, and too many requests are told when to come again', async () => {
  const slow = await make({ requestsPerMinute: 2 });
  for (const status of [200, 200, 429]) expect((await slow.call('GET', '/Users')).status).toBe(status);
  expect(Number((await slow.call('GET', '/Users')).headers.get('retry-after'))).toBeGreaterThan(0);
  const { id, tokenId, call } = await make();
  const { version } = await getSource(id);
  await updateSource(tester, {
    id,
    version,
    name: 'renamed',
    takeOver: false,
    mailActivation: true,
    requestsPerMinute: 1_000,
  });
  const mails = await db.mail.count();
  expect((await call('POST', '/Users', person('mailed'))).status).toBe(201);
  expect(await db.mail.count()).toBe(mails + 1);
  await db.sourceToken.update({ where: { id: tokenId }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await listSourceTokens(id))[0]?.state).toBe('expired');
  expect((await call('GET', '/Users')).body.detail).toContain('expired');
  await revokeSourceToken(tester, { sourceId: id, tokenId });
  expect((await call('GET', '/Users')).body.detail).toContain('revoked');
});

const isFull = process.env.LATCHKEY_TESTS === 'full';

test('a whole directory pushed eight at a time, answers lost and everything sent again: nobody is there twice', {
  timeout: isFull ? 900_000 : 120_000,
}, async () => {
  const [people, groups] = isFull ? [2_000, 50] : [200, 10];
  const { id: sourceId, call } = await make();
  const ids = new Map<string, string>();
  const conflicts = { expected: 0, seen: 0 };
  /** Looks for it, creates it, and where its answer was lost, or another one was faster, looks again. */
  const push = async (path: string, filter: string, body: object, isLost: boolean): Promise<string> => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { body: found } = await call('GET', `${path}?attributes=id&filter=${encodeURIComponent(filter)}`);
      if (found.totalResults > 0) return found.Resources[0].id;
      const [made, raced] = await Promise.all([
        call('POST', path, body),
        ...(isLost ? [call('POST', path, body)] : []),
      ]);
      if (raced) {
        conflicts.expected += 1;
        conflicts.seen += [made, raced].filter(({ status }) => status === 409).length;
        continue;
      }
      if (made.status === 201) return made.body.id;
      expect(made.status, JSON.stringify(made.body)).toBe(409);
    }
    throw new Error(`${filter} is not there.`);
  };
  const eightAtATime = async (many: number, work: (index: number) => Promise<void>) => {
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < many) {
          next += 1;
          await work(next - 1);
        }
      }),
    );
  };
  await eightAtATime(people, async (index) => {
    const userName = `pushed.${index}`;
    const sent = person(userName, { externalId: `p${index}` });
    ids.set(userName, await push('/Users', `userName eq "${userName}"`, sent, index % 5 === 0));
  });
  await eightAtATime(groups, async (index) => {
    const displayName = `Pushed ${index}`;
    const id = await push(
      '/Groups',
      `displayName eq "${displayName}"`,
      { displayName, externalId: `g${index}` },
      index % 5 === 0,
    );
    const members = [...ids.values()].filter((_, at) => at % groups === index).map((value) => ({ value }));
    const add = () => call('PATCH', `/Groups/${id}`, patchOp({ op: 'Add', path: 'members', value: members }));
    for (const { status } of await Promise.all([add(), add()])) expect(status).toBe(204);
  });
  expect(conflicts.seen).toBe(conflicts.expected);
  expect(new Set(ids.values()).size).toBe(people);
  const { people: counted, groups: countedGroups } = await getSource(sourceId);
  expect([counted.total, countedGroups.total]).toEqual([people, groups]);
  expect(await db.groupMember.count({ where: { group: { sourceId } } })).toBe(people);
  const names = ['user_create', 'group_create'].map((name) =>
    db.event.count({ where: { name, outcome: 'success', actorName: `source ${count}` } }),
  );
  expect(await Promise.all(names)).toEqual([people, groups]);
});
