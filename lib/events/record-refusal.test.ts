import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { type Actor, systemActor } from './actor';
import { attempt, flushRefusals, recordRefusal } from './record';

const from = (clientAddress: string): Actor => ({ id: null, name: 'Not signed in', clientAddress });
const refuse = (clientAddress: string, message = 'Wrong password.') =>
  recordRefusal({ name: 'session_start', actor: from(clientAddress), code: 'unauthenticated', message });

beforeEach(async () => {
  await flushRefusals();
  await db.$executeRaw`TRUNCATE events`;
});
afterEach(() => {
  vi.useRealTimers();
});

const counts = async () =>
  (await db.event.findMany({ orderBy: { id: 'asc' }, select: { count: true } })).map(({ count }) => count);

test('a refusal that repeats itself is written at once, and then once a minute with how often it came', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  for (let sent = 0; sent < 413; sent += 1) await refuse('192.0.2.1');
  expect(await counts()).toEqual([1]);
  vi.advanceTimersByTime(60_000);
  await expect.poll(counts).toEqual([1, 412]);
  for (let sent = 0; sent < 7; sent += 1) await refuse('192.0.2.1');
  expect(await counts(), 'while it goes on, only once a minute').toEqual([1, 412]);
  vi.advanceTimersByTime(60_000);
  await expect.poll(counts).toEqual([1, 412, 7]);
  await db.$queryRaw`SELECT 1`;
  vi.advanceTimersByTime(60_000);
  await db.$queryRaw`SELECT 1`;
  await refuse('192.0.2.1');
  expect(await counts(), 'after a quiet minute it is news again').toEqual([1, 412, 7, 1]);
});

test('what is different is told for itself', async () => {
  await refuse('192.0.2.1');
  await refuse('192.0.2.2');
  await refuse('192.0.2.1', 'Sign-in is locked.');
  expect(await counts()).toEqual([1, 1, 1]);
});

test('addresses of one /64 are one caller', async () => {
  await refuse('2001:db8::1');
  await refuse('2001:db8::2');
  await flushRefusals();
  expect(await counts()).toEqual([1, 1]);
  expect(await db.event.count()).toBe(2);
});

test('however many ask and however different, a minute leaves few events, and every refusal is counted', async () => {
  for (let caller = 0; caller < 1_000; caller += 1) {
    const address = `198.51.${caller % 250}.${Math.floor(caller / 250)}`;
    for (const message of ['one', 'two', 'three']) await refuse(address, message);
  }
  for (let sent = 0; sent < 500; sent += 1) await refuse('192.0.2.1', `message ${sent}`);
  const atOnce = await db.event.count();
  await flushRefusals();
  const all = await counts();
  expect(atOnce).toBe(120);
  expect(all.length).toBeLessThan(400);
  expect(all.reduce((sum, count) => sum + count, 0)).toBe(3_500);
});

test('one caller leaves room for the others to be told for themselves', async () => {
  for (let sent = 0; sent < 500; sent += 1) await refuse('192.0.2.1', `message ${sent}`);
  await refuse('192.0.2.2', 'Sign-in is locked.');
  expect(await counts()).toHaveLength(21);
  await flushRefusals();
  const together = await db.event.findMany({ where: { count: { gt: 1 } } });
  expect(together).toMatchObject([{ count: 480, clientAddress: '192.0.2.1', code: 'unauthenticated' }]);
});

test('what cannot be written is counted on', async () => {
  await refuse('192.0.2.1');
  await refuse('192.0.2.1');
  await db.$executeRaw`ALTER TABLE events RENAME TO events_away`;
  await expect(flushRefusals()).rejects.toThrow();
  await db.$executeRaw`ALTER TABLE events_away RENAME TO events`;
  await refuse('192.0.2.1');
  await flushRefusals();
  expect(await counts()).toEqual([1, 2]);
});

test('a command that is refused again and again is written once a minute', async () => {
  const refused = () =>
    attempt({ name: 'group_create', actor: systemActor }, async () => {
      throw new AppError('already_exists', 'There is a group of this name.');
    });
  for (let sent = 0; sent < 50; sent += 1) await expect(refused()).rejects.toThrow('of this name');
  await flushRefusals();
  expect(await counts()).toEqual([1, 49]);
});
