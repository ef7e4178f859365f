import { afterAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { housekeeping } from './housekeeping';

afterAll(() => db.$disconnect());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

test('the answers to repeated creates are kept for a day, and no longer', async () => {
  const { id: tokenId } = await createToken(systemActor, createTokenSchema.parse({ label: 'x', role: 'helpdesk' }));
  const keys = [
    { key: 'young', createdAt: hoursAgo(23) },
    { key: 'old', createdAt: hoursAgo(25) },
  ];
  await db.idempotencyKey.createMany({ data: keys.map((row) => ({ ...row, tokenId, requestHash: '' })) });
  await housekeeping();
  expect((await db.idempotencyKey.findMany()).map((row) => row.key)).toEqual(['young']);
});

test('links to choose a password are kept for 30 days after they ran out, used or not', async () => {
  const { id: userId } = await aPerson();
  const days = [29, 31];
  await db.activationLink.createMany({
    data: days.map((age) => ({
      userId,
      tokenHash: `${age}`,
      expiresAt: hoursAgo(age * 24),
      usedAt: hoursAgo(age * 24),
    })),
  });
  await housekeeping();
  expect((await db.activationLink.findMany()).map((row) => row.tokenHash)).toEqual(['29']);
});
