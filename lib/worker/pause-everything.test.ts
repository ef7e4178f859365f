import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { findConnection } from '@/lib/provisioning/connection';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { scheduleCycles } from '@/lib/provisioning/cycles/schedule-cycles';
import { currentConnection } from '@/lib/provisioning/engine/current-connection';
import { pauseProvisioning, resumeProvisioning } from '@/lib/provisioning/pause-everything';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { egnyteApplication, group, person, work } from './testing/support';

let peer: TestScimServer;
beforeAll(async () => {
  peer = await startScim(() => undefined);
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());

test('while all provisioning is paused nothing is asked of any application, and what has changed goes out when it is resumed', async () => {
  const { id: applicationId } = await egnyteApplication();
  const [ana, ben] = [await person('ana'), await person('ben')];
  await associateGroup(actor, { applicationId, groupId: await group('Staff', [ana]) });
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: false,
  });
  await work();
  const current = () => currentConnection(applicationId);
  expect(await current()).toMatchObject({ isPausedEverywhere: false });

  await pauseProvisioning(actor, {});
  // Whoever is sending already sees it at the next look.
  expect(await current()).toMatchObject({ isPausedEverywhere: true });
  await expect(pauseProvisioning(actor, {})).rejects.toMatchObject({ code: 'conflict' });
  await expect(runCycleNow(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
  await suspendUser(actor, { id: ana });
  await associateGroup(actor, { applicationId, groupId: await group('More', [ben]) });
  await db.$executeRaw`UPDATE cycles SET started_at = started_at - interval '1 day'`;
  peer.received.length = 0;
  await work();
  await scheduleCycles();
  await work();
  expect(peer.received).toEqual([]);
  expect(await db.userLink.count({ where: { applicationId, dueAt: { not: null } } })).toBe(2);

  await resumeProvisioning(actor, {});
  await work();
  const links = await db.userLink.findMany({ where: { applicationId }, select: { userId: true, state: true } });
  expect(new Map(links.map(({ userId, state }) => [userId, state]))).toEqual(
    new Map([
      [ana, 'deactivated'],
      [ben, 'provisioned'],
    ]),
  );
  expect((await findConnection(applicationId))?.isPausedEverywhere).toBe(false);
  await expect(resumeProvisioning(actor, {})).rejects.toMatchObject({ code: 'conflict' });
  const events = await db.event.findMany({
    where: { name: { startsWith: 'provisioning_' }, outcome: 'success' },
    select: { name: true },
  });
  expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['provisioning_pause', 'provisioning_resume']));
});
