import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

/** It waits for what the server asks to wait for. */
const isFull = process.env.LATCHKEY_TESTS === 'full';
const people = 40;
const tenant = 'egnyte/hostile';

let peer: TestSandbox;
beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());

interface Stored {
  users: { data: { userName: string } }[];
  groups: { displayName: string; members: string[] }[];
}

/** 5xx, resets, HTML, garbage, slow answers, 429 and 503 with Retry-After; a third of the writes unanswered; found two seconds late. */
const hostile = { misfortunes: 0.1, dropRate: 0.3, retryAfterSeconds: 1, consistencyMs: 2_000, sameNames: true };

test.runIf(isFull)(
  'a hostile server ends as a clean one: nobody twice, nobody missing, no event lost, no request before its rest is over',
  { timeout: 180_000 },
  async () => {
    await peer.control('POST', '/reset', { tenant });
    const applicationId = (await egnyteApplication()).id;
    const ids = await Promise.all(Array.from({ length: people }, (_, index) => person(`host.${index}`)));
    await associateGroup(actor, { applicationId, groupId: await group('Crew', ids) });
    await connect(applicationId, tenant, peer);
    await peer.control('POST', '/faults', { tenant, ...hostile, misfortuneSeed: 7 });
    await work();
    await peer.control('DELETE', `/faults?tenant=${tenant}`);
    await runCycleNow(actor, { applicationId });
    await work();
    const { users, groups } = await peer.control<Stored>('GET', `/state?tenant=${tenant}`);
    const names = users.map(({ data }) => data.userName).filter((name) => name.startsWith('host.'));
    expect(names).toHaveLength(people);
    expect(new Set(names).size).toBe(people);
    expect(groups.filter(({ displayName }) => displayName === 'Crew').map(({ members }) => members.length)).toEqual([
      people,
    ]);
    expect(await peer.control('GET', `/requests?tenant=${tenant}`)).toMatchObject({ brokenRests: 0 });
    const created = await db.event.findMany({ where: { name: 'user_create_provision', outcome: 'success' } });
    expect(new Set(created.map(({ targetId }) => targetId)).size).toBe(people);
    expect(await db.operation.count({ where: { finishedAt: null } })).toBe(0);
  },
);
