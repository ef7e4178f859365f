import { afterAll, beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor as actor } from './actor';
import { feedEnd, readFeed, settleRestoredEvents } from './feed';
import { recordEvents } from './record';
import { untilFeedHasAll } from './testing/until-feed-has-all';

beforeEach(() => db.$executeRaw`TRUNCATE events`);
afterAll(() => db.$disconnect());

const write = (message: string) => recordEvents(db, [{ name: 'demo_reset', actor, message }]);
async function record(message: string): Promise<void> {
  await write(message);
  await untilFeedHasAll();
}
const messages = async (position: bigint) => {
  const page = await readFeed(position);
  return { messages: page.items.map((event) => event.message), position: page.position };
};

test('an event that commits late is not passed over, although later ids were there before it', async () => {
  await record('first');
  const { position } = await messages(0n);
  let finish = () => {};
  const open = db.$transaction(async (tx) => {
    await recordEvents(tx, [{ name: 'demo_reset', actor, message: 'late' }]);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  await expect.poll(() => typeof finish).toBe('function');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await write('after');
  expect((await messages(position)).messages, 'what follows waits for the open transaction').toEqual([]);
  finish();
  await open;
  await untilFeedHasAll();
  expect((await messages(position)).messages).toEqual(['late', 'after']);
});

test('a reader is told of everything once, in stretches, and of nothing but what it wants', async () => {
  for (let index = 0; index < 7; index += 1) await record(String(index));
  await recordEvents(db, [{ name: 'user_create', actor, message: 'person' }]);
  await untilFeedHasAll();
  const read: (string | null)[] = [];
  let position = 0n;
  for (let page = await readFeed(position, {}, 3); page.items.length > 0; page = await readFeed(position, {}, 3)) {
    read.push(...page.items.map((event) => event.message));
    position = page.position;
  }
  expect(read).toEqual(['0', '1', '2', '3', '4', '5', '6', 'person']);
  const people = await readFeed(0n, { names: ['user_create'] });
  expect(people.items.map((event) => event.message)).toEqual(['person']);
  expect(people.position, 'goes on behind what was not wanted').toBe(position);
  expect(await feedEnd()).toBe(position);
});

test('a position whose event is gone goes on with the next one', async () => {
  for (const message of ['a', 'b', 'c']) await record(message);
  const { items } = await readFeed(0n);
  const [, second] = items.map((event) => BigInt(event.id));
  await db.$executeRaw`DELETE FROM events WHERE message IN ('a', 'b')`;
  expect((await messages(second ?? 0n)).messages).toEqual(['c']);
  await db.$executeRaw`DELETE FROM events`;
  await record('d');
  expect((await messages(second ?? 0n)).messages).toEqual(['d']);
});

test('events of a restored dump, with numbers of transactions that are yet to come, are read on', async () => {
  for (const message of ['a', 'b']) await record(message);
  await db.$executeRaw`UPDATE events SET tx = '900000000'::xid8`;
  expect((await messages(0n)).messages).toEqual([]);
  expect(await settleRestoredEvents()).toBe(2);
  await record('c');
  expect((await messages(0n)).messages).toEqual(['a', 'b', 'c']);
  await expect(db.$executeRaw`UPDATE events SET message = 'other'`).rejects.toThrow('append-only');
});

test('a reader goes on after a reset, in which ids are given anew', async () => {
  for (const message of ['one', 'two', 'three']) await record(message);
  const { position } = await messages(0n);
  await db.$executeRaw`TRUNCATE events RESTART IDENTITY`;
  expect(await messages(position)).toEqual({ messages: [], position });
  await record('new');
  await expect.poll(async () => (await messages(position)).messages).toEqual(['new']);
  expect((await messages((await messages(position)).position)).messages).toEqual([]);
});
