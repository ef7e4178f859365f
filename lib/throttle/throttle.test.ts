import { afterAll, beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { countAttempt } from './count-attempt';
import { anything, type Counter } from './counter';
import { forgetDecayed, forgetSubject } from './forget';
import { takeBack } from './take-back';

let round = 0;
/** A subject of its own for each test: this process remembers refusals for a second. */
const subject = () => `test:${round}`;
const counter = (source: string, most = 3, halfLifeSeconds = 60): Counter => ({
  subject: subject(),
  source,
  budget: { most, halfLifeSeconds },
});
const scores = async () =>
  Object.fromEntries(
    (await db.throttle.findMany()).map(({ source, score }) => [source, Math.round(score * 100) / 100]),
  );
const age = (seconds: number) => db.$executeRaw`UPDATE throttles SET at = at - make_interval(secs => ${seconds})`;

beforeEach(async () => {
  round += 1;
  await db.$executeRaw`TRUNCATE throttles`;
});
afterAll(() => db.$disconnect());

test('an attempt counts in all of its counters or in none', async () => {
  const [narrow, wide] = [counter('narrow', 2), counter('wide', 10)];
  expect(await countAttempt([narrow, wide])).toBeUndefined();
  expect(await countAttempt([narrow, wide])).toBeUndefined();
  expect(await countAttempt([narrow, wide])).toBe(60);
  expect(await countAttempt([wide])).toBeUndefined();
  expect(await scores()).toEqual({ narrow: 2, wide: 3 });
});

test('at the same moment no more than fit are counted, in any order of the counters', async () => {
  const [narrow, wide] = [counter('narrow', 4), counter('wide', 10)];
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, index) => countAttempt(index % 2 ? [narrow, wide] : [wide, narrow])),
  );
  expect(outcomes.filter((seconds) => seconds === undefined)).toHaveLength(4);
  expect(await scores()).toEqual({ narrow: 4, wide: 4 });
});

test('what was counted halves every half-life, and never turns into an error however old it is', async () => {
  await countAttempt([counter('x')]);
  await countAttempt([counter('x')]);
  await age(60);
  await countAttempt([counter('x')]);
  expect(await scores()).toEqual({ x: 2 });
  await age(400 * 86_400);
  await countAttempt([counter('x')]);
  expect(await scores()).toEqual({ x: 1 });
  // A clock that was put back does not make more of it.
  await age(-3_600);
  await countAttempt([counter('x')]);
  expect(await scores()).toEqual({ x: 2 });
});

test('taken back, an attempt is gone; cleared, all of them are', async () => {
  const [one, other] = [counter('one'), counter('other')];
  await countAttempt([one, other]);
  await countAttempt([one, other]);
  await takeBack([one], [other]);
  expect(await scores()).toEqual({ one: 1, other: 0 });
  await takeBack([one, other]);
  await takeBack([one, other]);
  expect(await scores()).toEqual({ one: 0, other: 0 });
});

test('a subject that is forgotten takes along what its sources did, and nothing of others', async () => {
  const address = (source: string): Counter => ({ ...counter(source), subject: anything });
  await countAttempt([counter('near'), address('near')]);
  await countAttempt([address('far')]);
  await forgetSubject(db, subject(), { withSources: true });
  expect(await scores()).toEqual({ far: 1 });
});

test('housekeeping takes away what has decayed, and beyond the bound that of which least is left', async () => {
  await countAttempt([counter('old')]);
  await age(600);
  for (let count = 1; count <= 3; count += 1) await countAttempt([counter('much')]);
  for (const source of ['a', 'b']) await countAttempt([counter(source)]);
  await age(10);
  await countAttempt([counter('young')]);
  await forgetDecayed();
  expect(Object.keys(await scores()).sort()).toEqual(['a', 'b', 'much', 'young']);
  await forgetDecayed(2);
  expect(Object.keys(await scores()).sort()).toEqual(['much', 'young']);
});
