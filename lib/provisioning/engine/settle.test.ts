import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { db, transaction } from '@/lib/db/client';
import type { UserLink } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { forgetAccounts } from '../forget-accounts';
import { integratedApplication, linkedPerson } from '../testing/integration';
import { claimLinks, releaseLinks } from './claim';
import { commitIntents } from './intents';
import { settle } from './settle';
import { userKind } from './users/user-kind';
import type { SettledUser } from './users/user-work';

let applicationId = '';
let stalled = '';
let other = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'task_leases');
  applicationId = await integratedApplication();
  [stalled, other] = [randomUUID(), randomUUID()];
  for (const token of [stalled, other]) {
    await db.taskLease.create({ data: { name: `task ${token}`, token, workerId: randomUUID() } });
  }
});

async function claimed(token: string): Promise<UserLink> {
  const [link] = await claimLinks(userKind, { applicationId, token, lane: 'everything', limit: 10 });
  if (!link) throw new Error('Nothing was claimed.');
  return link;
}

/** A person whose account the worker has in hand, and is about to send for. */
async function inHand(): Promise<UserLink> {
  const { id } = await linkedPerson(applicationId, 'Ana', 'pending');
  await db.userLink.update({ where: { id }, data: { dueAt: new Date(Date.now() - 1_000), remoteId: null } });
  return claimed(stalled);
}

/** Its worker is taken for dead: another task takes what it held. */
async function takenOver(): Promise<UserLink> {
  await db.taskLease.delete({ where: { token: stalled } });
  return claimed(other);
}

const outcome = (link: UserLink, more: Partial<SettledUser>): SettledUser => ({
  link,
  state: 'provisioned',
  remoteId: 'account-1',
  lastSent: { userName: 'ana' },
  lastRead: null,
  lastError: null,
  takenOver: false,
  changed: true,
  nextInMs: null,
  attempts: 0,
  event: { name: 'user_create_provision', actor: systemActor },
  ...more,
});

const intent = () => ({ id: randomUUID(), action: 'create' as const, cycleId: null, changes: {} });
const stored = (link: UserLink) => db.userLink.findUniqueOrThrow({ where: { id: link.id } });

test('a worker that stalled past its lease writes nothing over what the next one has found out', async () => {
  const before = await inHand();
  const sent = intent();
  await commitIntents(userKind, [{ link: before, operation: sent }]);
  const after = await takenOver();
  await settle(userKind, applicationId, [outcome(after, { remoteId: 'account-2' })]);
  const operation = { id: sent.id, state: 'failed' as const, error: { code: 'Unavailable', message: 'Too late.' } };
  const late = { state: 'error' as const, remoteId: 'account-1', lastError: operation.error, operation };
  await settle(userKind, applicationId, [outcome(before, late)]);
  expect(await stored(before)).toMatchObject({ state: 'provisioned', remoteId: 'account-2', lastError: null });
  expect(await db.event.count({ where: { name: 'user_create_provision' } })).toBe(1);
});

test('what it had sent is left to the one who looks it up: neither closed nor told twice', async () => {
  const before = await inHand();
  const sent = intent();
  await commitIntents(userKind, [{ link: before, operation: sent }]);
  await takenOver();
  const operation = { id: sent.id, state: 'succeeded' as const, error: null };
  await settle(userKind, applicationId, [outcome(before, { operation })]);
  expect(await stored(before)).toMatchObject({ state: 'pending', remoteId: null, leaseToken: other });
  expect(await db.operation.findUnique({ where: { id: sent.id } })).toMatchObject({
    state: 'intent',
    finishedAt: null,
  });
  expect(await db.event.count({ where: { name: 'user_create_provision' } })).toBe(0);
});

test('an answer of the old place that was under way when the connection was led elsewhere is not written', async () => {
  const before = await inHand();
  await transaction((tx) => forgetAccounts(tx, applicationId));
  await settle(userKind, applicationId, [outcome(before, { remoteId: 'account-of-the-old-place' })]);
  expect(await stored(before)).toMatchObject({ state: 'pending', remoteId: null });
});

test('a worker that stalled before it sent leaves no intent and does not give back the lease of another', async () => {
  const before = await inHand();
  const after = await takenOver();
  expect(await commitIntents(userKind, [{ link: before, operation: intent() }])).toEqual(new Map());
  expect(await db.operation.count()).toBe(0);
  await releaseLinks(userKind, [before]);
  expect((await stored(before)).leaseToken).toBe(other);
  expect(await commitIntents(userKind, [{ link: after, operation: intent() }])).toEqual(new Map([[after.id, null]]));
});

test('an intent prolongs the lease: whoever is about to send has all of its time', async () => {
  const link = await inHand();
  const soon = new Date(Date.now() + 1_000);
  await db.userLink.update({ where: { id: link.id }, data: { leaseUntil: soon } });
  await commitIntents(userKind, [{ link, operation: intent() }]);
  expect((await stored(link)).leaseUntil?.getTime()).toBeGreaterThan(soon.getTime() + 60_000);
});

test('the one who still holds the lease settles, and gives it back', async () => {
  const link = await inHand();
  await settle(userKind, applicationId, [outcome(link, {})]);
  expect(await stored(link)).toMatchObject({ state: 'provisioned', remoteId: 'account-1', leaseToken: null });
  expect(await db.event.count({ where: { name: 'user_create_provision' } })).toBe(1);
});

test('what is about to be sent when its cycle is stopped is no doing of that cycle', async () => {
  const { id: cycleId } = await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'users' } });
  const link = await inHand();
  const [within, after] = [intent(), intent()];
  await commitIntents(userKind, [{ link, operation: { ...within, cycleId } }]);
  await db.cycle.update({ where: { id: cycleId }, data: { stage: 'stopped', finishedAt: new Date() } });
  await commitIntents(userKind, [{ link, operation: { ...after, cycleId } }]);
  const of = async ({ id }: { id: string }) => (await db.operation.findUniqueOrThrow({ where: { id } })).cycleId;
  expect([await of(within), await of(after)]).toEqual([cycleId, null]);
});

test('of two tasks of one worker neither takes what the other has in hand', async () => {
  const link = await inHand();
  expect(await claimLinks(userKind, { applicationId, token: other, lane: 'everything', limit: 10 })).toEqual([]);
  expect((await stored(link)).leaseToken).toBe(stalled);
});

test('a task that was taken for dead and goes on takes nothing more', async () => {
  const { id } = await inHand();
  await db.taskLease.delete({ where: { token: stalled } });
  await db.userLink.update({ where: { id }, data: { leaseToken: null, leaseUntil: null } });
  expect(await claimLinks(userKind, { applicationId, token: stalled, lane: 'everything', limit: 10 })).toEqual([]);
});
