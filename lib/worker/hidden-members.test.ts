import { expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { group, person, work } from './testing/support';
import { type Asked, tenantPerTest } from './testing/tenant';

let applicationId = '';

const { connect, faults, state, members, accountId, requests, writes, forgetRequests, patchedBySomebody } =
  tenantPerTest('hidden', (id) => {
    applicationId = id;
  });
/** What is asked of groups in a cycle, and what it sends. */
const cycle = async () => {
  await forgetRequests();
  await runCycleNow(actor, { applicationId });
  await work();
  const ofOne = ({ method, path }: Asked) => method === 'GET' && path.includes('/Groups') && !path.includes('?');
  return { writes: await writes(), reads: (await requests()).filter(ofOne).length };
};
/** By somebody else, behind the server's habits. */
async function takeOut(name: string, userName: string): Promise<void> {
  const id = (await state()).groups.find((one) => one.displayName === name)?.id;
  const path = `members[value eq "${await accountId(userName)}"]`;
  await patchedBySomebody(`/Groups/${id}`, { op: 'remove', path });
}

const habits = [
  { faults: { membersShown: 3 }, taught: { memberReads: 'lists', membersShown: 3 }, reads: 0, putBack: false },
  { faults: { membersNever: true }, taught: { memberReads: 'nowhere' }, reads: 0, putBack: false },
  { faults: { membersNotListed: true }, taught: { memberReads: 'byId' }, reads: 2, putBack: true },
];

test.each(process.env.LATCHKEY_TESTS === 'full' ? habits : habits.slice(0, 1))(
  'a server with $faults is learned once, and a cycle without change sends nothing',
  { timeout: 90_000 },
  async (expected) => {
    await faults(expected.faults);
    const ids = await Promise.all(['p0', 'p1', 'p2', 'p3', 'p4', 'p5'].map((name) => person(name)));
    const everybody = await group('Everybody', ids);
    const crew = await group('Crew', ids.slice(0, 2));
    for (const groupId of [everybody, crew]) await associateGroup(actor, { applicationId, groupId });
    await connect();
    await work();
    expect((await cycle()).writes).toEqual([]);
    const { capabilities } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
    expect(capabilities).toMatchObject(expected.taught);
    expect(await cycle()).toEqual({ writes: [], reads: expected.reads });
    await updateGroupMembers(actor, { groupId: everybody, add: [], remove: ids.slice(0, 1) });
    await updateGroupMembers(actor, { groupId: crew, add: ids.slice(5), remove: [] });
    await work();
    expect(await members('Everybody')).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    expect(await members('Crew')).toEqual(['p0', 'p1', 'p5']);
    // Of a group all of whose members are told, whoever was taken out over there is put back.
    await takeOut('Crew', 'p1');
    await cycle();
    expect(await members('Crew')).toEqual(
      expected.putBack || 'membersShown' in expected.faults ? ['p0', 'p1', 'p5'] : ['p0', 'p5'],
    );
  },
);
