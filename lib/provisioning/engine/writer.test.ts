import { expect, test } from 'vitest';
import { mostUnwritten, Writer } from './writer';

/** A writer whose writes end by hand. */
function heldWriter() {
  const writes: { outcomes: readonly number[]; end(error?: Error): void }[] = [];
  const writer = new Writer<number>(
    (outcomes) =>
      new Promise((resolve, reject) => {
        writes.push({ outcomes, end: (error) => (error ? reject(error) : resolve()) });
      }),
    () => undefined,
  );
  return { writer, writes };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('outcomes that come while others are written are written together, in their order', async () => {
  const { writer, writes } = heldWriter();
  for (const number of numbers(250)) writer.add([number]);
  expect(writes.map(({ outcomes }) => outcomes.length)).toEqual([100]);
  writes[0]?.end();
  await soon();
  expect(writes[1]?.outcomes).toEqual(numbers(250).slice(100));
  writes[1]?.end();
  await writer.drained();
});

test('no more is taken than may be left unwritten by a kill', async () => {
  const { writer, writes } = heldWriter();
  writer.add(numbers(mostUnwritten));
  expect(writer.hasRoom).toBe(false);
  writes[0]?.end();
  await soon();
  expect(writer.hasRoom).toBe(true);
});

test('a few are not kept waiting for more', async () => {
  const { writer, writes } = heldWriter();
  writer.add([1]);
  const drained = writer.drained();
  expect(writes).toHaveLength(1);
  writes[0]?.end();
  await drained;
});

test('a write that fails is told to who waits, and nothing is written after it', async () => {
  const { writer, writes } = heldWriter();
  writer.add([1]);
  const drained = writer.drained();
  writes[0]?.end(new Error('The database is gone.'));
  await expect(drained).rejects.toThrow('The database is gone.');
  expect(writer.failed).toBe(true);
  writer.add(numbers(200));
  await expect(writer.drained()).rejects.toThrow('The database is gone.');
  expect(writes).toHaveLength(1);
});
