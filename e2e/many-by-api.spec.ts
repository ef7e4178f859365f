import { randomUUID } from 'node:crypto';
import { api } from './support/api';
import { isOurOwn } from './support/environment';
import { expect, test } from './support/test';

test.skip(!isOurOwn, 'fills the directory: only where nobody else works');

const people = process.env.LATCHKEY_TESTS === 'full' ? 2_000 : 400;
const concurrency = 16;
const mark = Date.now().toString(36);

interface Request {
  username: string;
  key: string;
}

/** Every person once, and every second one a second time under the same key, in an order of chance. */
function requests(): Request[] {
  const once = Array.from({ length: people }, (_, index) => ({ username: `many.${mark}.${index}`, key: randomUUID() }));
  const all = [...once, ...once.filter((_, index) => index % 2 === 0)];
  return all
    .map((request) => ({ request, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ request }) => request);
}

test(`${people} people at concurrency 16, half of them sent twice: ${people} people, each with one answer`, {
  tag: '@alone',
}, async () => {
  test.setTimeout(300_000);
  const { body } = await api('POST', '/tokens', { label: 'Many', role: 'administrator', requestsPerMinute: 100_000 });
  const { token } = body as { token: string };
  const waiting = requests();
  const answers = new Map<string, Set<string>>();
  const statuses = new Map<number, number>();
  let replayed = 0;
  const send = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { username, key } = next;
      const person = { username, email: `${username}@acme.example`, firstname: 'Many', lastname: username };
      const create = { ...person, sendActivation: false };
      const answer = await api('POST', '/users', create, { 'idempotency-key': key }, token);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.headers.get('idempotency-replayed')) replayed += 1;
      answers.set(username, (answers.get(username) ?? new Set()).add(JSON.stringify(answer.body)));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, send));

  expect(Object.fromEntries(statuses)).toEqual({ 201: people * 1.5 });
  expect(replayed).toBe(people / 2);
  expect([...answers.values()].filter((different) => different.size !== 1)).toEqual([]);
  const read = new Set<string>();
  let path: string | undefined = `/users?q=many.${mark}.&limit=200`;
  while (path) {
    const page = await api('GET', path);
    for (const user of (page.body as { items: { username: string }[] }).items) read.add(user.username);
    path = /^<[^>]*\/api\/v1([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
  }
  expect(read.size).toBe(people);
});
