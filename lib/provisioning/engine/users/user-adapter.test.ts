import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { findConnection } from '../../connection';
import { integratedApplication, linkedPerson } from '../../testing/integration';
import { users } from './user-adapter';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

const reading = (matchTargets: string[]) => ({
  id: '0a000000-0000-7000-8000-000000000001',
  collection: 'Groups',
  complete: true,
  matchTargets,
});

/** Somebody without an account, whom a cycle has come to that read everything by these attributes. */
async function sortedAfterReading(matchTargets: string[]) {
  const cycle = await db.cycle.create({
    data: { applicationId, trigger: 'manual', stage: 'users', reading: { ...begun, ...reading(matchTargets) } },
  });
  const { id, userId } = await linkedPerson(applicationId, 'Ana', 'pending');
  const link = await db.userLink.update({ where: { id }, data: { remoteId: null, cycleId: cycle.id } });
  await db.applicationUser.create({ data: { applicationId, userId, assigned: true } });
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('It is connected.');
  return users.planLinks(connection, [link]);
}

const begun = { resources: 3, pages: 1, bytes: 300 };

test('what a cycle has read tells whom there is nobody for', async () => {
  const connection = await findConnection(applicationId);
  const { planned, toLookUp } = await sortedAfterReading(connection?.matchTargets ?? []);
  expect(planned).toMatchObject([{ linked: { kind: 'none' }, plan: { action: 'create' } }]);
  expect(toLookUp).toEqual([]);
});

test('where accounts are to be found by other attributes since it was read, each is searched for', async () => {
  const { planned, toLookUp } = await sortedAfterReading(['externalId']);
  expect(planned).toEqual([]);
  expect(toLookUp).toHaveLength(1);
});
