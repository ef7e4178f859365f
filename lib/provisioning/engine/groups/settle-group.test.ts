import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import type { GroupLink } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '../../testing/integration';
import { releaseLinks } from '../claim';
import { settle } from '../settle';
import { groupKind } from './group-kind';
import { unchanged } from './group-outcomes';
import type { SettledGroup } from './group-work';

const [stalled, other] = [randomUUID(), randomUUID()];
let link: GroupLink;

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  const applicationId = await integratedApplication();
  const { id: groupId } = await db.group.create({ data: { name: 'Staff' } });
  const leaseUntil = new Date(Date.now() + 60_000);
  link = await db.groupLink.create({ data: { applicationId, groupId, leaseToken: stalled, leaseUntil } });
});

const event = { name: 'group_create_provision' as const, actor: systemActor };
const settled = (outcome: Partial<SettledGroup>) =>
  settle(groupKind, link.applicationId, [{ ...unchanged(link), ...outcome }]);
const stored = () => db.groupLink.findUniqueOrThrow({ where: { id: link.id } });

test("a worker that stalled past its lease leaves a group's outcome and lease to the next one", async () => {
  await db.groupLink.update({ where: { id: link.id }, data: { leaseToken: other, remoteId: 'group-2' } });
  await settled({
    state: 'error',
    lastError: { code: 'Unavailable', message: 'Too late.' },
    remoteId: null,
    members: 'gone',
    event,
  });
  await releaseLinks(groupKind, [link]);
  expect(await stored()).toMatchObject({ state: 'pending', remoteId: 'group-2', lastError: null, leaseToken: other });
  expect(await db.event.count({ where: { name: 'group_create_provision' } })).toBe(0);
});

test('the one who still holds the lease settles, and gives it back', async () => {
  await settled({ state: 'provisioned', event });
  expect(await stored()).toMatchObject({ state: 'provisioned', leaseToken: null, leaseUntil: null });
  expect(await db.event.count({ where: { name: 'group_create_provision' } })).toBe(1);
});
