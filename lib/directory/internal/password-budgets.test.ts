import { expect, test } from 'vitest';
import type { Budget } from '@/lib/throttle/counter';
import { budgets } from './password-budgets';

/** Hours until a used-up budget has room for one more. */
const step = ({ most, halfLifeSeconds }: Budget) => (halfLifeSeconds / 3_600) * Math.log2(most / (most - 1));

test('a stranger at one address uses up less than half of a person’s budget, however long it goes on', () => {
  const { personFromAddress, person } = budgets;
  let used = personFromAddress.most;
  for (let hours = 0; hours < 1_000; hours += step(personFromAddress)) {
    used = used * 0.5 ** (step(personFromAddress) / (person.halfLifeSeconds / 3_600)) + 1;
    expect(used).toBeLessThan(person.most / 2);
  }
});

test('all strangers together stay below 100 guesses an hour at one person, the first hour included', () => {
  expect(budgets.person.most + 1 / step(budgets.person)).toBeLessThan(100);
});
