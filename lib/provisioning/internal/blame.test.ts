import { expect, test } from 'vitest';
import { createBlame } from './blame';
import { judge, worse } from './verdict';

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

test('after a rest one failure is enough, until something was answered: a refusal by everybody is counted apart', () => {
  const blame = createBlame();
  const refused = judge({ kind: 'network', cause: 'connect', detail: 'Refused.' }, 'update');
  const cut = judge({ kind: 'network', cause: 'reset', detail: 'Cut off.' }, 'update');
  expect(blame.consider(cut, 'ana').connection).toBe('fine');
  expect(blame.consider(refused, 'ana').connection).toBe('back_off');
  expect(blame.consider(cut, 'bob').connection).toBe('back_off');
  blame.answered();
  expect(blame.consider(cut, 'ana').connection).toBe('fine');
  for (const name of ['ana', 'bob', 'cleo', 'dan']) blame.consider(forbidden, name);
  blame.answered();
  expect(blame.consider(forbidden, 'eve').connection).toBe('quarantine');
});

test('of two verdicts on a connection it rests as long as the longer one asks for, and a quarantine is more than a rest', () => {
  const busy = (retryAfterMs: number) =>
    judge({ kind: 'rate_limited', status: 429, detail: 'Wait.', retryAfterMs }, 'update');
  const down = judge({ kind: 'network', cause: 'dns', detail: 'No such host.' }, 'update');
  const revoked = judge({ kind: 'unauthorized', status: 401, detail: 'Revoked.' }, 'update');
  expect(worse(down, busy(60_000))).toMatchObject({ connection: 'pause', pauseMs: 60_000 });
  expect(worse(busy(60_000), busy(1_000)).pauseMs).toBe(60_000);
  expect(worse(busy(1_000), busy(60_000)).pauseMs).toBe(60_000);
  expect(worse(busy(1_000), revoked).connection).toBe('quarantine');
});
