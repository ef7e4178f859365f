import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { findConnection } from '../../connection';
import { desiredUsers } from '../../plan/desired-users';
import { integratedApplication, linkedPerson } from '../../testing/integration';
import { sortAccounts } from './resolve-accounts';

let applicationId = '';

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
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
  const person = (await desiredUsers(connection, [userId], new Date())).get(userId);
  if (!person) throw new Error('There is somebody.');
  return sortAccounts(connection, [{ link, person }]);
}

const begun = { resources: 3, pages: 1, bytes: 300 };

test('what a cycle has read tells whom there is nobody for', async () => {
  const connection = await findConnection(applicationId);
  const { told, toLookUp } = await sortedAfterReading(connection?.matchTargets ?? []);
  expect(told).toMatchObject([{ linked: { kind: 'none' } }]);
  expect(toLookUp).toEqual([]);
});

test('where accounts are to be found by other attributes since it was read, each is searched for', async () => {
  const { told, toLookUp } = await sortedAfterReading(['externalId']);
  expect(told).toEqual([]);
  expect(toLookUp).toHaveLength(1);
});
