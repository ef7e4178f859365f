import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson } from '@/lib/directory/testing/people';
import { listGroupLinks } from './queries/group-links';

const application = '0f000000-0000-7000-8000-000000000001';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications');
  await db.$executeRaw`INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
    VALUES (${application}::uuid, 'egnyte', 1, 'saml', 'Egnyte', 'red', 'egnyte', now())`;
});

test('how many members we put into a group is kept through whatever takes them away', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => aPerson()));
  const links = await Promise.all(
    people.map(({ id: userId }) =>
      db.userLink.create({ data: { applicationId: application, userId, remoteId: userId } }),
    ),
  );
  const groups = await Promise.all(
    ['All', 'Sales', 'Legal'].map(async (name) => {
      const group = await db.group.create({ data: { name } });
      return db.groupLink.create({ data: { applicationId: application, groupId: group.id, state: 'provisioned' } });
    }),
  );
  const counted = async () => {
    const rows = await db.groupLink.findMany({ include: { _count: { select: { members: true } }, counts: true } });
    for (const row of rows) expect(row.counts?.members ?? 0).toBe(row._count.members);
    return (await listGroupLinks(application)).map(({ name, members }) => `${name} ${members}`);
  };
  const everybody = groups.flatMap((group) =>
    links.map((link) => ({ groupLinkId: group.id, userLinkId: link.id, remoteId: 'r' })),
  );
  await db.groupLinkMember.createMany({ data: everybody });
  await db.groupLinkMember.createMany({ data: everybody, skipDuplicates: true });
  expect(await counted()).toEqual(['All 6', 'Legal 6', 'Sales 6']);
  await db.groupLinkMember.updateMany({ data: { remoteId: 'other' } });
  await db.groupLinkMember.deleteMany({ where: { groupLinkId: groups[1]?.id ?? '', userLinkId: links[0]?.id ?? '' } });
  await db.user.delete({ where: { id: people[1]?.id ?? '' } });
  await db.userLink.delete({ where: { id: links[2]?.id ?? '' } });
  expect(await counted()).toEqual(['All 4', 'Legal 4', 'Sales 3']);
  await Promise.all(links.slice(3).map(({ id }) => db.groupLinkMember.deleteMany({ where: { userLinkId: id } })));
  expect(await counted()).toEqual(['All 1', 'Legal 1', 'Sales 0']);
  await db.groupLink.delete({ where: { id: groups[0]?.id ?? '' } });
  expect(await db.groupLinkCounts.count()).toBe(2);
  expect(await counted()).toEqual(['Legal 1', 'Sales 0']);
});
