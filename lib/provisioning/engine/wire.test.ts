import { expect, test } from 'vitest';
import { createLimiter } from './limiter';
import { Wire } from './wire';

interface Sent {
  name: string;
  answer(carriedOut: boolean): Promise<void>;
}

/** A wire whose requests are answered by hand. */
function heldWire(mayBegin = () => true, limiter = createLimiter()) {
  const sent: Sent[] = [];
  const dropped: string[] = [];
  const wire = new Wire(limiter, mayBegin);
  const add = (names: readonly string[], urgency = 2) =>
    wire.add(
      names.map((name) => ({
        urgency,
        run: () =>
          new Promise<boolean>((resolve) => {
            const answer = async (carriedOut: boolean) => {
              resolve(carriedOut);
              await new Promise((after) => setImmediate(after));
            };
            sent.push({ name, answer });
          }),
        drop: () => void dropped.push(name),
      })),
    );
  return { wire, add, sent, dropped };
}

const many = Array.from({ length: 40 }, (_, index) => `person ${index}`);

test('the first request answers before others leave, and then as many leave as the limiter allows', async () => {
  const { add, sent } = heldWire();
  add(many);
  expect(sent).toHaveLength(1);
  await sent[0]?.answer(true);
  // The success is one more than the 16 that it begins with.
  expect(sent).toHaveLength(1 + 17);
});

test('as long as everything fails only a handful is tried at once', async () => {
  const { add, sent } = heldWire();
  add(many);
  await sent[0]?.answer(false);
  expect(sent).toHaveLength(1 + 4);
  await sent[1]?.answer(true);
  expect(sent).toHaveLength(2 + 17);
});

test('what is urgent goes before what waits already', async () => {
  const { add, sent } = heldWire();
  add(['first', 'cycle 1', 'cycle 2']);
  add(['suspension'], 0);
  await sent[0]?.answer(false);
  expect(sent.map(({ name }) => name)).toEqual(['first', 'suspension', 'cycle 1', 'cycle 2']);
});

test('after a stop nothing further leaves, what waits is dropped, and what is under way is waited for', async () => {
  const { wire, add, sent, dropped } = heldWire();
  add(['first', 'second']);
  wire.stop();
  add(['third']);
  expect(dropped).toEqual(['second', 'third']);
  let isIdle = false;
  const idle = wire.idle().then(() => {
    isIdle = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIdle).toBe(false);
  await sent[0]?.answer(false);
  await idle;
  expect(sent).toHaveLength(1);
});

test('nothing leaves while what came back cannot be written', async () => {
  let hasRoom = false;
  const { wire, add, sent } = heldWire(() => hasRoom);
  add(many);
  expect(sent).toEqual([]);
  hasRoom = true;
  wire.pump();
  expect(sent).toHaveLength(1);
});

test('two stretches of one application have no more under way than one, and what is urgent goes first of both', async () => {
  const limiter = createLimiter();
  limiter.allow({ begin: 2, most: 2 });
  const [ordinary, urgent] = [heldWire(undefined, limiter), heldWire(undefined, limiter)];
  ordinary.add(['one', 'two', 'three', 'four']);
  await ordinary.sent[0]?.answer(true);
  expect(ordinary.sent).toHaveLength(1 + 2);
  urgent.add(['suspension'], 0);
  expect(urgent.sent).toHaveLength(0);
  await ordinary.sent[1]?.answer(true);
  expect([ordinary.sent.length, urgent.sent.length]).toEqual([3, 1]);
  await ordinary.sent[2]?.answer(true);
  expect(ordinary.sent).toHaveLength(4);
  await urgent.sent[0]?.answer(true);
  expect(urgent.wire.isIdle).toBe(true);
});
