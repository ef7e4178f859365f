import { expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { backOutOfMigration } from '@/lib/moves/back-out-of-migration';
import { compareMigration } from '@/lib/moves/compare-migration';
import { listComparedAccounts } from '@/lib/moves/compared-accounts';
import { finishMigration } from '@/lib/moves/finish-migration';
import { handOverMigration } from '@/lib/moves/hand-over-migration';
import { getMove } from '@/lib/moves/queries';
import { type ComparedFilter, comparedAs, type MoveStep } from '@/lib/moves/schema';
import { signOverMigration } from '@/lib/moves/sign-over-migration';
import { startMigration } from '@/lib/moves/start-migration';
import { stepBackMigration } from '@/lib/moves/step-back-migration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { resumeIntegration } from '@/lib/provisioning/pause-integration';
import { activateSso } from '@/lib/sso/activate-sso';
import { connect, group, person, work } from './testing/support';
import { type Stored, tenantPerTest } from './testing/tenant';

let oldId = '';
const own = tenantPerTest('move', (id) => {
  oldId = id;
});

/** The tenant of the new instance: another one, or the same. */
let target = '';
const there = async () => (await own.peer.control<Stored>('GET', `/state?tenant=${target}`)).users;
const writes = async (tenant: string) =>
  (await own.peer.control<{ counters: { writes: number } }>('GET', `/requests?tenant=${tenant}`)).counters.writes;
const forget = (tenant: string) => own.peer.control('DELETE', `/requests?tenant=${tenant}`);

/** Somebody's account, made by somebody else. */
async function account(userName: string, more: object = {}): Promise<string> {
  const { token, scimUrl } = await own.peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', {
    tenant: target,
  });
  const answer = await fetch(`${scimUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, externalId: userName, active: true },
      ...{ emails: [{ value: `${userName}@acme.example`, primary: true }] },
      ...{ name: { givenName: userName, familyName: 'Test' }, ...more },
    }),
  });
  return ((await answer.json()) as { id: string }).id;
}

/** People with accounts by the old instance, in a group that is managed. */
async function provisioned(names: readonly string[], typed?: string): Promise<{ ids: string[]; groupId: string }> {
  await own.connect();
  const ids: string[] = [];
  for (const name of names) ids.push(await person(name));
  const [, , , userId = ''] = ids;
  if (typed) await setApplicationUsername(actor, { applicationId: oldId, userId, applicationUsername: typed });
  const groupId = await group('Everybody', ids);
  await associateGroup(actor, { applicationId: oldId, groupId });
  await work();
  return { ids, groupId };
}

/** Begins, and connects the new instance. @param to where it leads @returns the migration and the new instance */
async function begin(to: string): Promise<{ moveId: string; newId: string }> {
  target = to;
  const { id: moveId, newId } = await startMigration(actor, {
    ...{ applicationId: oldId, displayLabel: 'Egnyte new', placeholders: { SUBDOMAIN: 'acmenew' } },
  });
  if (!newId) throw new Error('It has no new instance.');
  await activateSso(actor, { applicationId: newId });
  await connect(newId, target, own.peer);
  return { moveId, newId };
}

async function compare(moveId: string) {
  await compareMigration(actor, { moveId });
  await work();
  return getMove(moveId);
}

const linksOf = (applicationId: string) =>
  db.userLink.findMany({ where: { applicationId }, include: { user: true }, orderBy: { user: { username: 'asc' } } });
const deactivations = () => db.operation.count({ where: { action: { in: ['deactivate', 'delete'] } } });
const namesOf = (links: { user: { username: string } }[]) => links.map(({ user }) => user.username);

test('to another server: who is there is handed over, who is missing is created, who is not decided stops it, and nobody loses an account', async () => {
  const { ids, groupId } = await provisioned(['ana', 'ben', 'cem', 'dia', 'eva', 'released'], 'dia.typed');
  await db.userLink.updateMany({ where: { user: { username: 'released' } }, data: { state: 'released' } });
  const { moveId, newId } = await begin(`${own.tenant}new`);
  const found = { ana: await account('ana'), ben: await account('ben'), 'dia.typed': await account('dia.typed') };
  await account('released');
  // By his address he is somebody; by his name he is not.
  const cem = await account('c.cemsson', { emails: [{ value: 'cem@acme.example', primary: true }] });
  await forget(target);

  // Before the hand-over, the new instance sends nothing, whatever happens; the old one goes on.
  const late = await person('late');
  await updateGroupMembers(actor, { groupId, add: [late], remove: [] });
  await associateGroup(actor, { applicationId: newId, groupId: await group('By hand', [late]) });
  const before = await compare(moveId);
  expect(before.comparison).toMatchObject({
    there: { count: 4, names: expect.arrayContaining(['ana Test', 'ben Test', 'dia Test', 'released Test']) },
    undecided: { count: 1, names: ['cem Test'] },
    missing: { count: 2, names: ['eva Test', 'late Test'] },
  });
  const listed = async (filter: ComparedFilter, limit?: number) => {
    const { items, nextCursor } = await listComparedAccounts(moveId, filter, limit);
    return [
      items.map(({ username, comparedAs, newAccount }) => [username, comparedAs, newAccount]),
      nextCursor,
    ] as const;
  };
  const dia = ['dia', 'there', 'dia.typed'];
  const [all] = await listed({});
  expect(all).toEqual([
    ...[['ana', 'there', 'ana'], ['ben', 'there', 'ben'], ['cem', 'undecided', null], dia, ['eva', 'missing', null]],
    ...[
      ['late', 'missing', null],
      ['released', 'there', 'released'],
    ],
  ]);
  for (const as of comparedAs) expect(await listed({ as })).toEqual([all.filter(([, one]) => one === as), undefined]);
  const [one, cursor] = await listed({ as: 'missing' }, 1);
  expect([...one, ...(await listed({ as: 'missing', cursor }, 1))[0]]).toEqual([all[4], all[5]]);
  expect(await listed({ q: 'dia' })).toEqual([[dia], undefined]);
  await expect(resumeIntegration(actor, { applicationId: newId })).rejects.toMatchObject({ code: 'conflict' });
  await expect(handOverMigration(actor, { moveId })).rejects.toMatchObject({ code: 'conflict' });
  expect(await writes(target), 'nothing was sent').toBe(0);
  expect(namesOf(await linksOf(oldId)), 'the old one has provisioned meanwhile').toContain('late');

  // Somebody chooses: his account is another one.
  const { reading } = before;
  await db.importRow.updateMany({
    where: { importId: reading?.importId ?? '', remoteId: cem },
    data: { decision: 'ignore' },
  });
  await forget(own.tenant);
  await handOverMigration(actor, { moveId });
  await work();
  const after = await getMove(moveId);
  expect(after).toMatchObject({ stage: 'handed_over', links: 4, isCatchingUp: false });
  expect(after).toMatchObject({ old: { idmStatus: 'paused' }, new: { idmStatus: 'active' } });
  const links = new Map((await linksOf(newId)).map((link) => [link.user.username, link]));
  expect(links.get('ana')).toMatchObject({ remoteId: found.ana, state: 'provisioned' });
  expect(links.get('dia')).toMatchObject({ remoteId: found['dia.typed'], state: 'provisioned' });
  expect(links.get('released'), 'stays out of our hands').toMatchObject({ state: 'released' });
  expect(links.get('cem')?.remoteId, 'as was chosen').not.toBe(cem);
  expect(links.get('cem'), 'an address that somebody has: shown, and not guessed').toMatchObject({ state: 'conflict' });
  for (const name of ['ben', 'eva', 'late']) expect(links.get(name), name).toMatchObject({ state: 'provisioned' });
  const accounts = (await there()).map(({ data }) => data.userName);
  expect(
    accounts.filter((name) => name === 'ana'),
    'nobody twice',
  ).toHaveLength(1);
  const ours = (await there()).filter(({ data }) => [...links.keys(), 'dia.typed'].includes(data.userName));
  expect(ours.every(({ data }) => data.active)).toBe(true);
  expect(await writes(own.tenant), 'the old instance sends nothing any more').toBe(0);
  await expect(resumeIntegration(actor, { applicationId: oldId })).rejects.toMatchObject({ code: 'conflict' });
  await expect(finishMigration(actor, { moveId, old: 'delete' })).rejects.toMatchObject({ code: 'conflict' });

  await signOverMigration(actor, { moveId });
  await finishMigration(actor, { moveId, old: 'deactivate' });
  await work();
  expect(await getMove(moveId)).toMatchObject({ stage: 'finished', retired: 'deactivate' });
  expect(await deactivations(), 'nobody was deactivated on the way').toBe(0);

  // From now on the new instance answers for them; the old one, activated again, would leave all as it is.
  await suspendUser(actor, { id: ids[0] ?? '' });
  await connect(oldId, own.tenant, own.peer).catch(() => undefined);
  await db.application.update({ where: { id: oldId }, data: { ssoStatus: 'active' } });
  await connect(oldId, own.tenant, own.peer);
  await work();
  expect((await there()).find(({ data }) => data.userName === 'ana')?.data.active).toBe(false);
  expect((await own.state()).users.find(({ data }) => data.userName === 'ana')?.data.active).toBe(true);
});

test('to the same server: everybody keeps the account and groups keep their members, by their ids, and nothing is sent at all', async () => {
  const { ids } = await provisioned(['ana', 'ben', 'cem']);
  const before = await own.state();
  const { moveId, newId } = await begin(own.tenant);
  // Found by the id, although nothing else agrees.
  const [ana] = before.users.filter(({ data }) => data.userName === 'ana');
  await db.user.update({ where: { id: ids[0] ?? '' }, data: { username: 'other', email: 'other@acme.example' } });
  const { comparison, isSameServer } = await compare(moveId);
  expect({ comparison, isSameServer }).toMatchObject({ comparison: { there: { count: 3 } }, isSameServer: true });
  await db.user.update({ where: { id: ids[0] ?? '' }, data: { username: 'ana', email: 'ana@acme.example' } });
  await own.forgetRequests();
  await handOverMigration(actor, { moveId });
  await work();
  const links = await linksOf(newId);
  expect(links.map(({ state }) => state)).toEqual(['provisioned', 'provisioned', 'provisioned']);
  expect(links[0]?.remoteId).toBe(ana?.id);
  expect(await db.groupLink.findMany({ where: { applicationId: newId } })).toMatchObject([
    { state: 'provisioned', remoteId: before.groups.find(({ displayName }) => displayName === 'Everybody')?.id },
  ]);
  expect(await own.writes()).toEqual([]);
  await signOverMigration(actor, { moveId });
  await finishMigration(actor, { moveId, old: 'delete' });
  await runCycleNow(actor, { applicationId: newId });
  await work();
  expect(await own.writes(), 'nor later').toEqual([]);
  expect(await own.state()).toMatchObject({
    users: before.users.map(({ id, data: { active } }) => ({ id, data: { active } })),
  });
  expect(await db.application.count({ where: { id: oldId } })).toBe(0);
});

test('is backed out of after everything has moved: the old instance goes on where it was, and catches up', async () => {
  const { ids } = await provisioned(['ana', 'ben']);
  const { moveId, newId } = await begin(`${own.tenant}new`);
  await account('ana');
  await account('ben');
  await compare(moveId);
  await handOverMigration(actor, { moveId });
  await work();
  await signOverMigration(actor, { moveId });
  await own.forgetRequests();
  await suspendUser(actor, { id: ids[0] ?? '' });
  await work();
  expect(await own.writes(), 'the old instance is not told').toEqual([]);
  await backOutOfMigration(actor, { moveId, deleteNew: false });
  await work();
  expect(await getMove(moveId)).toMatchObject({
    stage: 'backed_out',
    old: { ssoStatus: 'active', idmStatus: 'active' },
    new: { ssoStatus: 'inactive', idmStatus: 'inactive' },
  });
  const active = (await own.state()).users.map(({ data }) => [data.userName, data.active]);
  expect(Object.fromEntries(active)).toMatchObject({ ana: false, ben: true });
  await forget(target);
  await suspendUser(actor, { id: ids[1] ?? '' });
  await work();
  expect(await writes(target), 'the new one sends nothing').toBe(0);
  expect((await linksOf(newId)).length).toBe(2);
});

test('each step is taken back by itself, and the migration goes on from there: at no moment is an account inactive', async () => {
  const { ids, groupId } = await provisioned(['ana', 'ben']);
  const { moveId, newId } = await begin(`${own.tenant}new`);
  await account('ana');
  const back = (step: MoveStep) => stepBackMigration(actor, { moveId, step });
  const states = async () => {
    const { stage, old, new: to, links, comparison, reading } = await getMove(moveId);
    return [
      stage,
      old?.idmStatus,
      old?.ssoStatus,
      to?.idmStatus,
      to?.ssoStatus,
      links,
      comparison !== null,
      reading !== null,
    ];
  };
  const connected = ['prepared', 'active', 'active', 'paused', 'active', 0, false, false];
  const allActive = async () => {
    const accounts = [...(await own.state()).users, ...(await there())];
    const inactive = accounts.filter(({ data }) => ['ana', 'ben', 'late'].includes(data.userName) && !data.active);
    expect(inactive).toEqual([]);
    expect(await deactivations()).toBe(0);
  };
  // A step that is not the last one is no way back; nor is one that was not made.
  await expect(back('hand_over')).rejects.toMatchObject({ code: 'conflict' });
  await back('connect');
  expect(await states()).toEqual(['prepared', 'active', 'active', 'inactive', 'active', 0, false, false]);
  await expect(back('connect')).rejects.toMatchObject({ code: 'conflict' });
  await connect(newId, target, own.peer);
  expect(await states()).toEqual(connected);
  await compare(moveId);
  await back('compare');
  expect(await states()).toEqual(connected);
  expect(await db.import.count({ where: { applicationId: newId, finishedAt: null } })).toBe(0);
  await compare(moveId);
  await handOverMigration(actor, { moveId });
  await work();
  await signOverMigration(actor, { moveId });
  await back('sign_on');
  expect(await states()).toEqual(['handed_over', 'paused', 'active', 'active', 'active', 1, false, true]);
  await signOverMigration(actor, { moveId });
  await back('sign_on');
  await back('hand_over');
  await work();
  expect(await states()).toEqual(connected);
  await allActive();

  // The old instance goes on with its own links; the new one sends nothing, and has what it was given.
  await forget(target);
  await own.forgetRequests();
  const late = await person('late');
  await updateGroupMembers(actor, { groupId, add: [late], remove: [] });
  await work();
  expect((await own.state()).users.map(({ data }) => data.userName)).toContain('late');
  expect(await writes(target)).toBe(0);
  await expect(handOverMigration(actor, { moveId }), 'they are compared anew').rejects.toMatchObject({
    code: 'conflict',
  });

  // And again, to the end: whom the new one has linked already is there.
  expect((await compare(moveId)).comparison).toMatchObject({ there: { count: 2 }, missing: { names: ['late Test'] } });
  await handOverMigration(actor, { moveId });
  await work();
  await signOverMigration(actor, { moveId });
  await finishMigration(actor, { moveId, old: 'deactivate' });
  await expect(back('sign_on'), 'what is finished has no way back').rejects.toMatchObject({ code: 'conflict' });
  await work();
  expect(namesOf(await linksOf(newId))).toEqual(['ana', 'ben', 'late']);
  expect((await linksOf(newId)).map(({ state }) => state)).toEqual(ids.concat(late).map(() => 'provisioned'));
  await allActive();
});
