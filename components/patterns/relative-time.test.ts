import { expect, test } from 'vitest';
import { relativeWords } from './relative-time';

const now = new Date('2026-11-27T12:00:00Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test.each([
  [-1, 'past', 'just now'],
  [-59, 'past', 'just now'],
  [-60, 'past', '1 minute ago'],
  [-7_300, 'past', '2 hours ago'],
  [90, 'future', 'in 1 minute'],
  [1, 'future', 'in a moment'],
  [86_400 * 3, 'either', 'in 3 days'],
  [-86_400, 'either', 'yesterday'],
  [1, 'either', 'in a moment'],
] as const)('%d seconds away, %s: "%s"', (seconds, tense, words) => {
  expect(relativeWords(at(seconds), now, tense)).toBe(words);
});

test.each([1, 20, 3_600])(
  'what happened is never said to come, %d seconds ahead of the clock it is read by',
  (ahead) => {
    expect(relativeWords(at(ahead), now, 'past')).toBe('just now');
  },
);

test('what is to come is never said to have happened', () => {
  expect(relativeWords(at(-3_600), now, 'future')).toBe('in a moment');
});
