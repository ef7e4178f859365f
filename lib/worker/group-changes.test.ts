import { describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db, transaction } from '@/lib/db/client';
import { nestGroup, unnestGroup } from '@/lib/directory/nest-group';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { findConnection } from '@/lib/provisioning/connection';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { storeGroups } from '@/lib/provisioning/cycles/store-groups';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import { markGroupsDue, wakeEngines } from '@/lib/provisioning/mark-due';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { group, person, work } from './testing/support';
import { tenantPerTest } from './testing/tenant';

let applicationId = '';

const {
  connect,
  faults,
  state,
  members: membersOf,
  accountId,
  writes: allWrites,
  requests,
  forgetRequests,
  bySomebody,
  patchedBySomebody,
} = tenantPerTest('changes', (id) => {
  applicationId = id;
});
const members = async (name: string) => (await membersOf(name)) ?? [];
const writes = async () => (await allWrites()).filter((one) => one.includes('/Groups'));
const idOf = async (name: string) => (await state()).groups.find((one) => one.displayName === name)?.id ?? '';
const until = async (check: () => Promise<boolean>) => {
  for (let round = 0; round < 400 && !(await check()); round += 1) await new Promise((done) => setTimeout(done, 25));
};

/** People with accounts by a group that is never changed, and a group that is pushed with some of them. */
async function pushed(usernames: readonly string[], inCrew: number) {
  const ids = await Promise.all(usernames.map((name) => person(name)));
  const everybody = await group('Everybody', ids);
  const crew = await group('Crew', ids.slice(0, inCrew));
  for (const groupId of [everybody, crew]) await associateGroup(actor, { applicationId, groupId });
  await connect();
  await work();
  return { ids, everybody, crew };
}

/** More under `npm test -- full`. */
const isFull = process.env.LATCHKEY_TESTS === 'full';
const people = (many: number) => Array.from({ length: many }, (_, index) => `p${String(index).padStart(2, '0')}`);

describe('members, without a cycle', () => {
  // Each seed is another order of the same kinds of changes.
  test.each(isFull ? [1, 2, 3] : [3])(
    'are those of the directory after any changes (%i)',
    async (seed) => {
      let drawn = seed * 7919;
      const draw = (below: number) => {
        drawn = (drawn * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((drawn / 2_147_483_648) * below);
      };
      const { ids, crew } = await pushed(people(4), 2);
      const [inner, outer] = [await group('Inner', ids.slice(2, 4)), await group('Outer', ids.slice(0, 1))];
      await associateGroup(actor, { applicationId, groupId: outer });
      const link = (userId: string) => db.userLink.findFirstOrThrow({ where: { applicationId, userId } });
      const kinds: ((id: string, groupId: string) => Promise<unknown>)[] = [
        (id, groupId) => updateGroupMembers(actor, { groupId, add: [id], remove: [] }),
        (id, groupId) => updateGroupMembers(actor, { groupId, add: [], remove: [id] }),
        () => nestGroup(actor, { parentId: outer, childId: draw(2) === 0 ? inner : crew }),
        () => unnestGroup(actor, { parentId: outer, childId: draw(2) === 0 ? inner : crew }),
        (id) => suspendUser(actor, { id }),
        (id) => reactivateUser(actor, { id }),
        async (id) => releaseLink(actor, { linkId: (await link(id)).id }),
        async (id) => manageLink(actor, { linkId: (await link(id)).id }),
      ];
      for (let round = 0; round < (isFull ? 20 : 6); round += 1) {
        for (let step = 0; step < 3; step += 1) {
          const [id = '', groupId = ''] = [ids[draw(ids.length)], [crew, inner, outer][draw(3)]];
          // What is not possible just now is refused, and changes nothing.
          await kinds[draw(kinds.length)]?.(id, groupId).catch(() => undefined);
        }
        await work();
        expect(await differences(), `round ${round}`).toEqual([]);
        expect(await db.groupLinkMark.count(), `round ${round}`).toBe(0);
      }
      for (const [groupId, name] of [
        [crew, 'Crew'],
        [outer, 'Outer'],
      ] as const) {
        const rows = await db.groupLinkMember.findMany({
          where: { groupLink: { groupId } },
          include: { userLink: { include: { user: true } } },
        });
        expect(await members(name)).toEqual(rows.map((row) => row.userLink.user.username).sort());
      }
    },
    120_000,
  );

  test('who change while a group is being pushed are pushed after it', async () => {
    const { ids, crew } = await pushed(people(4), 1);
    await faults({ latencyMs: 1_500 });
    await updateGroupMembers(actor, { groupId: crew, add: ids.slice(1, 2), remove: [] });
    const working = work();
    await until(async () => (await db.operation.count({ where: { state: 'intent', groupLinkId: { not: null } } })) > 0);
    await updateGroupMembers(actor, { groupId: crew, add: ids.slice(2, 4), remove: ids.slice(1, 2) });
    // What it announces is done now, and not once more when the push is over.
    await db.$executeRaw`
      DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
      WHERE t.id = j.task_id AND t.identifier = 'directory-changed' AND j.locked_at IS NULL`;
    await directoryChanged({ userIds: ids.slice(1), groupIds: [crew] });
    expect(await db.operation.count({ where: { state: 'intent', groupLinkId: { not: null } } })).toBe(1);
    await working;
    await work();
    expect(await members('Crew')).toEqual(['p00', 'p02', 'p03']);
  });
});

/** How many requests to groups were under way at once. */
async function mostAtOnce(): Promise<number> {
  const asked = (await requests()).filter(({ path }) => path.includes('/Groups'));
  const spans = asked.map(({ at, durationMs }) => [Date.parse(at), Date.parse(at) + durationMs] as const);
  return Math.max(0, ...spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length));
}

test('groups are pushed side by side, as many as the server takes at once and no more', async () => {
  const { ids } = await pushed(people(2), 1);
  const profile = (concurrency: number) => db.integration.updateMany({ data: { profile: { concurrency } } });
  const groupIds: string[] = [];
  for (let each = 0; each < 16; each += 1) groupIds.push(await group(`Side ${each}`, ids));
  for (const groupId of groupIds) await associateGroup(actor, { applicationId, groupId });
  await work();
  await faults({ latencyMs: 500 });
  /** Takes somebody out of all of them. @returns how many requests were under way at once */
  const without = async (id = '') => {
    await forgetRequests();
    await db.groupMember.deleteMany({ where: { userId: id, groupId: { in: groupIds } } });
    await directoryChanged({ userIds: [id], groupIds });
    await work();
    return mostAtOnce();
  };
  await profile(14);
  const many = await without(ids[0]);
  expect(await members('Side 15')).toEqual(['p01']);
  expect(many).toBeGreaterThan(10);
  expect(many).toBeLessThanOrEqual(14);
  await profile(4);
  expect(await without(ids[1])).toBe(4);
}, 60_000);

describe('a group', () => {
  test('that is deleted over there while its members are pushed is made again, with all of them', async () => {
    const { ids, crew } = await pushed(people(20), 1);
    await faults({ latencyMs: 100, maxMembersPerRequest: 3 });
    await updateGroupMembers(actor, { groupId: crew, add: ids.slice(1), remove: [] });
    const working = work();
    await until(async () => (await members('Crew')).length > 3);
    await bySomebody('DELETE', `/Groups/${await idOf('Crew')}`);
    await working;
    await work();
    expect(await members('Crew')).toEqual(people(20));
    expect(await db.groupLink.findFirstOrThrow({ where: { groupId: crew } })).toMatchObject({ state: 'provisioned' });
  });

  test('that is mapped to the name of another one is left alone, and says whose it is', async () => {
    const version = (await findMappings(applicationId))?.version ?? 0;
    const named = { id: 'named', kind: 'constant' as const, source: 'Staff', target: 'displayName', required: true };
    const mapping = { ...named, matchingPrecedence: 1, defaultValue: null, apply: 'always' as const };
    await updateMappings(actor, { applicationId, version, objectType: 'group', mappings: [mapping] });
    const ids = [await person('p00'), await person('p01')];
    const groupIds = [await group('North', ids.slice(0, 1)), await group('South', ids.slice(1))];
    for (const groupId of groupIds) await associateGroup(actor, { applicationId, groupId });
    await connect();
    await work();
    expect((await state()).groups.filter(({ displayName }) => displayName === 'Staff')).toHaveLength(1);
    const links = await db.groupLink.findMany({ where: { groupId: { in: groupIds } }, include: { group: true } });
    const [mine, other] = links.sort((one, two) => (one.state < two.state ? 1 : -1));
    expect([mine?.state, other?.state]).toEqual(['provisioned', 'conflict']);
    expect(JSON.stringify(other?.lastError)).toContain(mine?.group.name);
    expect(await members('Staff')).toEqual([mine?.group.name === 'North' ? 'p00' : 'p01']);
  });

  test('that was taken over without a change gets back whom somebody else took out', async () => {
    const { crew } = await pushed(people(3), 2);
    // As found, with the members that it was to have.
    await db.groupLink.updateMany({ where: { groupId: crew }, data: { lastChangeAt: null, takenOver: true } });
    const path = `members[value eq "${await accountId('p01')}"]`;
    await patchedBySomebody(`/Groups/${await idOf('Crew')}`, { op: 'remove', path });
    expect(await members('Crew')).toEqual(['p00']);
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await members('Crew')).toEqual(['p00', 'p01']);
  });

  test.each([
    ['members', 'Crew'],
    ['name', 'Team'],
  ])('whose reading is older than our own last write of its %s keeps what was written', async (what, name) => {
    const { ids, crew } = await pushed(people(4), 2);
    const cycle = await db.cycle.create({ data: { applicationId, trigger: 'manual' } });
    const connection = await findConnection(applicationId);
    if (!connection) throw new Error('No connection.');
    const read = await connection.client.listGroups({ count: 10 });
    if (!read.ok) throw new Error(read.failure.detail);
    const readAt = new Date();
    const { version } = await db.group.findUniqueOrThrow({ where: { id: crew } });
    if (what === 'name') await updateGroup(actor, { id: crew, version, name, description: '' });
    else await updateGroupMembers(actor, { groupId: crew, add: ids.slice(2, 3), remove: ids.slice(0, 1) });
    await work();
    const written = await members(name);
    expect(written).toEqual(what === 'name' ? ['p00', 'p01'] : ['p01', 'p02']);
    await forgetRequests();
    const page = { resources: read.value.resources, readAt, readingId: cycle.id, since: cycle.startedAt };
    await transaction((tx) => storeGroups(tx, connection, page));
    await transaction(async (tx) => wakeEngines(tx, await markGroupsDue(tx, { applicationId })));
    await work();
    expect(await writes()).toEqual([]);
    expect(await members(name)).toEqual(written);
    expect(await differences()).toEqual([]);
  });
});

/** Groups that are managed, in which we put somebody who is not to be there, or did not put somebody who is. */
async function differences() {
  return db.$queryRaw`
    WITH wanted AS (
      SELECT g.id AS link, l.id AS account, l.state IN ('deactivated', 'released') AS kept
      FROM group_links g JOIN effective_members e ON e.group_id = g.group_id
      JOIN user_links l ON l.application_id = g.application_id AND l.user_id = e.user_id
      WHERE g.state = 'provisioned' AND l.remote_id IS NOT NULL AND l.state <> 'deleted'),
    put AS (SELECT m.group_link_id AS link, m.user_link_id AS account FROM group_link_members m
      JOIN group_links g ON g.id = m.group_link_id AND g.state = 'provisioned')
    SELECT * FROM (SELECT link, account, kept, true AS is_wanted FROM wanted) w
    FULL JOIN (SELECT link, account, true AS is_put FROM put) p USING (link, account)
    WHERE (w.is_wanted AND NOT w.kept AND p.is_put IS NULL) OR (w.is_wanted IS NULL)`;
}
