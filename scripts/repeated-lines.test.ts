import { expect, test } from 'vitest';
import { RepeatedLines } from './repeated-lines';

/** What is written of the lives of a process. */
function told(...lives: string[][]): string[] {
  const lines = new RepeatedLines();
  return lives.flatMap((life) => {
    lines.begin(true);
    return life.flatMap((line) => lines.take(line));
  });
}

test('a process that ends again and again for the same reason says so once, whatever its times and numbers', () => {
  const life = (second: number) => [
    'begins',
    `{"at":"2026-11-27T10:00:0${second}Z"} no database`,
    `ended, pid ${second}`,
  ];
  expect(told(life(1), life(2), life(3))).toEqual(life(1));
});

test('what is new is told with all that led to it', () => {
  expect(told(['begins', 'no database'], ['begins', 'wrong password'], ['begins', 'wrong password'])).toEqual([
    ...['begins', 'no database'],
    ...['begins', 'wrong password'],
  ]);
});

test('a longer life than the one before is told from where it goes on', () => {
  expect(told(['begins', 'fails'], ['begins', 'fails', 'goes on'])).toEqual([
    'begins',
    'fails',
    'begins',
    'fails',
    'goes on',
  ]);
});
