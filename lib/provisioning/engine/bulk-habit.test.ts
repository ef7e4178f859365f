import { expect, test } from 'vitest';
import type { Connection } from '../connection';
import { blameOf } from '../internal/blame';
import { BulkHabit } from './bulk-habit';

/** A connection that keeps what is learned. */
function connection(id: string) {
  const learned: object[] = [];
  const client = { learn: async (taught: object, lesson: object) => void learned.push({ ...taught, ...lesson }) };
  return { learned, known: { application: { id }, client } as unknown as Connection };
}
const batch = (ms: number) => ({ people: 100, ms });

test('the faster way is kept, by the better of two batches each; where neither is, fewer requests are sent', async () => {
  for (const [together, alone, expected] of [
    [200, 800, 'on'],
    [300, 300, 'on'],
    [800, 200, 'off'],
  ] as const) {
    const { known, learned } = connection(`measured ${expected} ${together}`);
    const habit = new BulkHabit();
    for (const slower of [1_000, 0]) {
      expect(habit.next).toBe('together');
      await habit.measured(known, 'together', batch(together + slower));
      expect(habit.next).toBe('alone');
      await habit.measured(known, 'alone', batch(alone + slower));
    }
    const text = `Both ways were measured: ${(together / 100).toFixed(1)} ms a person by requests of several, ${(alone / 100).toFixed(1)} ms by a request for each`;
    expect(learned).toEqual([{ bulkUse: expected, status: null, text }]);
  }
});

test('answers that are lost again and again while single ones come end it; those of a server that is down do not', async () => {
  const { known, learned } = connection('lost');
  const habit = new BulkHabit();
  const lost = { status: 502, text: 'Bad Gateway' };
  for (let times = 0; times < 5; times += 1) await habit.answered(known, lost);
  expect(learned).toEqual([]);
  await habit.answered(known, undefined);
  for (let times = 0; times < 3; times += 1) {
    blameOf('lost').succeeded();
    await habit.answered(known, lost);
  }
  expect(learned).toEqual([
    { bulkUse: 'off', status: 502, text: 'No answer that tells anything, 3 times: Bad Gateway' },
  ]);
});
