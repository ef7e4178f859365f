import { beforeEach, expect, test } from 'vitest';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { startSession } from './start-session';
import { aPerson } from './testing/people';

let user: { id: string; username: string };
beforeEach(async () => {
  await emptyTables('users', 'events');
  user = await aPerson();
});

const start = () => transaction((tx) => startSession(tx, { user, clientAddress: null, userAgent: null }));
/** Sessions that were begun so many minutes ago. */
const begun = (count: number, minutes: number) => {
  const createdAt = new Date(Date.now() - minutes * 60_000);
  const times = { authenticatedAt: createdAt, lastSeenAt: createdAt, createdAt };
  const expiresAt = new Date(Date.now() + 3_600_000);
  return db.session.createMany({
    data: Array.from({ length: count }, () => ({ userId: user.id, ...times, expiresAt })),
  });
};
const open = () => db.session.findMany({ where: { userId: user.id, revokedAt: null }, orderBy: { createdAt: 'asc' } });

test('a person has a hundred sessions at most: the oldest end for the newest', async () => {
  await begun(1, 300);
  await begun(120, 200);
  const id = await start();
  const left = await open();
  expect(left).toHaveLength(100);
  expect(left.at(-1)?.id).toBe(id);
  const somebody = await aPerson();
  await transaction((tx) => startSession(tx, { user: somebody, clientAddress: null, userAgent: null }));
  expect(await db.session.count({ where: { revokedAt: null } })).toBe(101);
});

test('who signs in again and again leaves no more behind than so many an hour', async () => {
  await begun(599, 30);
  await start();
  await expect(start()).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await db.session.count()).toBe(600);
  await db.session.updateMany({ data: { createdAt: new Date(Date.now() - 61 * 60_000) } });
  await start();
});
