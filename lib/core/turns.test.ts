import { expect, test } from 'vitest';
import { Turns } from './turns';

test('no more than allowed run at once, each gets its turn in order, and one that fails gives its own up', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 9 }, (_, index) =>
      turns.run(async () => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        if (index % 3 === 0) throw new Error('refused');
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  await expect(turns.run(async () => 'still there')).resolves.toBe('still there');
});

test('beyond the bound nobody waits, whoever goes first has a line of their own, and a place that is free is given', async () => {
  const turns = new Turns(1, 2);
  const begun: string[] = [];
  const releases: (() => void)[] = [];
  const enter = (name: string, goesFirst = false) =>
    turns.run(
      () =>
        new Promise<void>((resolve) => {
          begun.push(name);
          releases.push(resolve);
        }),
      goesFirst,
    );
  const first = enter('a');
  const waiting = [enter('b'), enter('c')];
  expect(turns.isFull()).toBe(true);
  await expect(enter('turned away')).rejects.toThrow(RangeError);
  const known = [enter('known 1', true), enter('known 2', true)];
  expect(turns.isFull(true)).toBe(true);
  await expect(enter('turned away as well', true)).rejects.toThrow(RangeError);
  for (const promise of [first, ...known, ...waiting]) {
    await new Promise((resolve) => setImmediate(resolve));
    releases.shift()?.();
    await promise;
  }
  expect(begun).toEqual(['a', 'known 1', 'known 2', 'b', 'c']);
  expect(turns.isFull()).toBe(false);
});
