import { afterAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { systemActor } from '@/lib/events/actor';
import { attributeNameFormats } from '@/lib/saml/schema';
import { startSignIn } from './answer-request';
import { samlApplication, signedInPerson } from './testing/support';

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
});
afterAll(() => db.$disconnect());

test('a sign-in asks as often however many groups let the person in, and how it stands there in one statement', async () => {
  const attributeStatements = [
    {
      name: 'groups',
      nameFormat: attributeNameFormats.basic,
      sourceKind: 'groups' as const,
      source: '',
    },
  ];
  const application = await samlApplication({ attributeStatements });
  const who = await signedInPerson('ana', [application]);
  const signIn = () => startSignIn(application.slug, who);
  await signIn();
  const few = await countStatements(signIn);
  for (let group = 0; group < 5; group += 1) {
    const { id: groupId } = await db.group.create({ data: { name: `Team ${group}` } });
    await db.groupMember.create({ data: { groupId, userId: who.userId } });
    await associateGroup(systemActor, { applicationId: application.id, groupId });
  }
  expect(await countStatements(signIn)).toBe(few);
  expect(few).toBe(11);
});
