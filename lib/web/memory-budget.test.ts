import { expect, test } from 'vitest';
import { MemoryBudget } from './memory-budget';

const MiB = 1024 * 1024;

test('one caller cannot take all the memory for bodies, all together no more than there is, and small ones are free', () => {
  const budget = new MemoryBudget();
  const taken = ['a', 'b', 'c', 'd', 'e'].map(
    (caller) => Array.from({ length: 20 }, () => budget.resize(caller, 0, 2 * MiB)).filter(Boolean).length,
  );
  expect(taken).toEqual([8, 8, 8, 8, 0]);
  expect(budget.resize('e', 0, 16 * 1024)).toBe(true);
  expect(budget.resize('a', 0, 16 * 1024)).toBe(true);

  expect(budget.resize('a', 2 * MiB, 0)).toBe(true);
  expect(budget.resize('e', 0, 2 * MiB)).toBe(true);
  expect(budget.resize('e', 2 * MiB, 4 * MiB)).toBe(false);
});

test('memory that grows is counted once, and given back whole', () => {
  const budget = new MemoryBudget();
  for (let round = 0; round < 100; round += 1) {
    for (const [from, to] of [
      [0, 4096],
      [4096, 32_768],
      [32_768, 2 * MiB],
      [2 * MiB, 0],
    ] as const) {
      expect(budget.resize('a', from, to)).toBe(true);
    }
  }
});
