import { expect, test } from 'vitest';
import { createBlame } from './blame';
import { judge } from './verdict';

const forbidden = judge({ kind: 'forbidden', status: 403, detail: 'No.' }, 'update');
const failed = judge({ kind: 'unavailable', status: 500, detail: 'Oops.' }, 'update');

test('what one account is refused is the fault of that account, however often', () => {
  const blame = createBlame();
  for (let times = 0; times < 50; times += 1) expect(blame.consider(forbidden, 'ana').connection).toBe('fine');
});

test('what everybody is refused, with nothing carried out in between, is the connection’s', () => {
  const blame = createBlame();
  const verdicts = ['ana', 'bob', 'cleo', 'dan', 'eve'].map((name) => blame.consider(forbidden, name).connection);
  expect(verdicts).toEqual(['fine', 'fine', 'fine', 'fine', 'quarantine']);
});

test('a server that fails for everybody rests as a whole; one that does something in between does not', () => {
  const blame = createBlame();
  const names = ['ana', 'bob', 'cleo'];
  for (let times = 0; times < 30; times += 1) {
    expect(blame.consider(failed, names[times % 3] ?? '').connection).toBe('fine');
    if (times % 4 === 3) blame.succeeded();
  }
  blame.succeeded();
  const verdicts = [...names, ...names].map((name) => blame.consider(failed, name).connection);
  expect(verdicts[4]).toBe('back_off');
});
