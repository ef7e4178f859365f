import { beforeEach, expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { changesSoFar, countChanges } from '@/lib/db/testing/count-changes';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aGroup, aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { directoryChanged } from './directory-changed';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});

const application = async (displayLabel: string) =>
  (await createApplication(systemActor, { templateId: 'egnyte', displayLabel, placeholders: {} })).id;

/** By what somebody is in order in each list that has them. */
async function keys(userId: string) {
  const rows = await Promise.all([
    db.effectiveMember.findMany({ where: { userId }, select: { nameKey: true } }),
    db.userLink.findMany({ where: { userId }, select: { nameKey: true } }),
    db.applicationUser.findMany({ where: { userId }, select: { nameKey: true } }),
  ]);
  return rows.map((found) => [...new Set(found.map(({ nameKey }) => nameKey))]);
}

test('who is renamed is in order by the new name wherever they are listed, and nobody else is touched', async () => {
  const [ana, ben] = [
    await aPerson({ firstname: 'Ana', lastname: 'Ost', displayName: 'Ana Ost' }),
    await aPerson({ firstname: 'Ben', lastname: 'Est', displayName: 'Ben Est' }),
  ];
  await aGroup('Staff', [ana, ben]);
  for (const label of ['One', 'Two']) {
    const applicationId = await application(label);
    await db.userLink.createMany({ data: [ana, ben].map(({ id: userId }) => ({ applicationId, userId })) });
    await db.applicationUser.create({ data: { applicationId, userId: ana.id, assigned: true } });
  }
  expect(await keys(ana.id)).toEqual([['ost ana ana ost'], ['ost ana ana ost'], ['ost ana ana ost']]);

  await countChanges({ users: 'all' });
  const where = { id: ana.id };
  await db.user.update({ where, data: { jobTitle: 'Lead', lastname: 'Ost' } });
  expect(await changesSoFar()).toEqual({});
  await db.user.update({ where, data: { lastname: 'Ast' } });
  expect(await changesSoFar()).toEqual({ application_users: 2, effective_members: 1, user_links: 2 });
  expect(await keys(ana.id)).toEqual([['ast ana ana ost'], ['ast ana ana ost'], ['ast ana ana ost']]);
  expect((await keys(ben.id)).slice(0, 2)).toEqual([['est ben ben est'], ['est ben ben est']]);
});

test('a name that a link has from before is mended by the task of the change', async () => {
  const ana = await aPerson({ firstname: 'Ana', lastname: 'Ost', displayName: 'Ana Ost' });
  const applicationId = await application('Egnyte');
  const token = { tokenSealed: 'x', tokenUpdatedAt: new Date() };
  await db.integration.create({
    data: {
      applicationId,
      status: 'active',
      manageGroups: true,
      baseUrl: 'https://egnyte.example',
      capabilities: {},
      ...token,
    },
  });
  // Made at the same moment as the person was renamed.
  await db.userLink.create({ data: { applicationId, userId: ana.id, state: 'provisioned', nameKey: 'before' } });
  await directoryChanged({ userIds: [ana.id], groupIds: [] });
  expect((await keys(ana.id))[1]).toEqual(['ost ana ana ost']);
});
