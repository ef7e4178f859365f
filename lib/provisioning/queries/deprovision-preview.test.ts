import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { nestGroup } from '@/lib/directory/nest-group';
import { aGroup, aPerson, tester } from '@/lib/directory/testing/people';
import { previewGroupDeletion, previewMembersRemoval, previewUnnesting } from './deprovision-preview';

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, groups, applications CASCADE`;
});

/** Ana and Ben are in Inner, Ben in Outer as well; Outer (which contains Inner) opens the application. */
async function arrangement() {
  const [ana, ben] = [await aPerson({ displayName: 'Ana' }), await aPerson({ displayName: 'Ben' })];
  const inner = await aGroup('Inner', [ana, ben]);
  const outer = await aGroup('Outer', [ben]);
  await nestGroup(tester, { parentId: outer.id, childId: inner.id });
  const application = await db.application.create({
    data: { templateId: 'custom', templateVersion: 1, kind: 'saml', displayLabel: 'A', logoColor: 'blue', slug: 'a' },
  });
  const applicationId = application.id;
  await db.applicationGroup.create({ data: { applicationId, groupId: outer.id } });
  await db.integration.create({
    data: {
      applicationId,
      status: 'active',
      baseUrl: 'https://a.example',
      tokenSealed: 'x',
      tokenUpdatedAt: new Date(),
      manageGroups: false,
      capabilities: {},
    },
  });
  for (const user of [ana, ben]) {
    const state = 'provisioned';
    await db.userLink.create({ data: { applicationId, userId: user.id, remoteId: user.id, state } });
  }
  return { ana, ben, inner, outer };
}

test('taking people out counts those whom nothing else lets in, across nesting', async () => {
  const { ana, ben, inner } = await arrangement();
  const preview = await previewMembersRemoval(inner.id, [ana.id, ben.id]);
  expect(preview).toMatchObject({ accounts: 1, applications: [{ people: 1, accounts: 1, names: ['Ana'] }] });
  expect(await previewMembersRemoval(inner.id, [ben.id])).toEqual({ applications: [], accounts: 0 });
});

test('taking a nested group out, and deleting it, count the same people; deleting the outer one counts everyone', async () => {
  const { inner, outer } = await arrangement();
  expect(await previewUnnesting(outer.id, inner.id)).toMatchObject({ accounts: 1 });
  expect(await previewGroupDeletion(inner.id)).toMatchObject({ accounts: 1 });
  expect(await previewGroupDeletion(outer.id)).toMatchObject({ accounts: 2 });
});
