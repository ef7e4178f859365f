import { afterEach, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { defaultCapabilities } from './capabilities';
import { createScimClient, type ScimClient } from './client';
import type { ServerProfile } from './profile';
import {
  bearer,
  type Received,
  type ScimAnswer,
  scimError,
  startScim,
  type TestScimServer,
} from './testing/scim-server';
import type { Gate } from './transport';

const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
let server: TestScimServer;
afterEach(() => server.close());

interface Known {
  client: ScimClient;
  learned: Partial<ServerProfile>[];
}

/** A client of a server that answers so to requests of several. */
async function known(bulk: (operations: Operation[]) => ScimAnswer, limits: object = {}, gate?: Gate): Promise<Known> {
  server = await startScim((request) => (isBulk(request) ? bulk(operationsOf(request)) : undefined));
  const learned: Partial<ServerProfile>[] = [];
  const capabilities = {
    ...defaultCapabilities,
    bulkUse: 'on' as const,
    bulkOperations: 100,
    bulkBytes: 1_000_000,
    ...limits,
  };
  const client = createScimClient({
    baseUrl: server.url,
    authenticator: bearer(),
    http,
    capabilities,
    learned: async (taught) => void learned.push(taught),
    ...(gate ? { gate } : {}),
  });
  return { client, learned };
}

interface Operation {
  method: string;
  bulkId: string;
  path: string;
  data: Record<string, unknown>;
}
const isBulk = ({ path }: Received) => path === '/Bulk';
const operationsOf = ({ body }: Received) => body.Operations as Operation[];
const answer = (Operations: object[]): ScimAnswer => ({ body: { Operations } });
const asCreated = (operations: Operation[]) =>
  answer(operations.map(({ bulkId }) => ({ bulkId, status: '201', location: `${server.url}/Users/of-${bulkId}` })));
const sizes = () => server.received.map((request) => (isBulk(request) ? operationsOf(request).length : request.method));
const create = (names: readonly string[]) =>
  names.map((userName) => (client: ScimClient) => client.createUser({ userName }, { secrets: [`of ${userName}`] }));
const people = (count: number) => Array.from({ length: count }, (_, index) => `person.${index}`);

test('what is created at once leaves together, within the operations and the bytes that the server takes', async () => {
  const { client } = await known(asCreated, { bulkOperations: 4 });
  const { results } = await client.together(create(people(10)));
  expect(sizes()).toEqual([4, 4, 2]);
  expect(results.map((result) => result?.ok && result.value.id)).toEqual(
    [...'1234', ...'1234', ...'12'].map((bulkId) => `of-${bulkId}`),
  );
  client.capabilities.bulkBytes = 250;
  server.received.length = 0;
  await client.together(create(people(10)));
  for (const { rawBody } of server.received) expect(Buffer.byteLength(rawBody)).toBeLessThanOrEqual(250);
  expect(server.received.length).toBeLessThan(10);
});

test('each gets its own part of the answer as if it were alone, and keeps nothing of the others', async () => {
  const { client } = await known(([first, second, third]) =>
    answer([
      { bulkId: second?.bulkId, status: 409, response: scimError(409, 'of person.1 is taken', 'uniqueness').body },
      { bulkId: first?.bulkId, status: '201', response: { id: 7, userName: 'person.0' } },
      { bulkId: third?.bulkId, status: '429', response: scimError(429, 'Later').body },
    ]),
  );
  const [one, two, three] = (await client.together(create(people(3)))).results;
  expect(one).toMatchObject({ ok: true, value: { id: '7', userName: 'person.0' } });
  expect(two).toMatchObject({ ok: false, failure: { kind: 'conflict', detail: '[redacted] is taken' } });
  expect(three).toMatchObject({ ok: false, failure: { kind: 'rate_limited' } });
  expect(two?.exchange).toMatchObject({ method: 'POST', url: `${server.url}/Bulk`, status: 409, together: 3 });
  const kept = `${two?.exchange.requestBody}${two?.exchange.responseBody}`;
  expect(kept).toContain('person.1');
  expect(kept).not.toMatch(/person\.[02]|of person/);
});

test('a change goes on by further requests of several until it is through, with the version that it has', async () => {
  const { client, learned } = await known((operations) =>
    answer(
      operations.map(({ bulkId, data }) =>
        JSON.stringify(data).includes('first') ? { bulkId, status: '400' } : { bulkId, status: '204', version: '2' },
      ),
    ),
  );
  const works = ['a', 'b', 'c'].map((id) => async (own: ScimClient) => {
    const sent = await own.patchUser(id, [{ op: 'replace', path: 'title', value: 'first' }], { ifMatch: 'W/"1"' });
    return sent.ok ? sent : own.patchUser(id, [{ op: 'add', path: 'title', value: 'second' }]);
  });
  const { results } = await client.together(works);
  expect(results.map((result) => result?.ok)).toEqual([true, true, true]);
  expect(sizes()).toEqual([3, 3]);
  expect(operationsOf(server.received[0] as Received)[1]).toMatchObject({ path: '/Users/b', version: 'W/"1"' });
  expect(learned).toEqual([]);
});

test('refused for being too many, none has left, and as many as are named or half of them are known from then on', async () => {
  const { client, learned } = await known((operations) =>
    operations.length > 30 ? scimError(413, 'Too much') : scimError(413, 'At most 12 operations'),
  );
  for (const count of [80, 40, 20]) {
    const { results } = await client.together(create(people(count)));
    expect(results.every((result) => result === undefined)).toBe(true);
  }
  expect(learned).toEqual([{ bulkOperations: 40 }, { bulkOperations: 20 }, { bulkOperations: 12 }]);
});

test('not taken at all, none has left, and none are sent together from then on', async () => {
  for (const status of [404, 405, 501, 403, 400]) {
    const { client, learned } = await known(() => scimError(status, 'No'));
    const { results, lost } = await client.together(create(people(3)));
    expect(results).toEqual([undefined, undefined, undefined]);
    expect([learned, lost]).toEqual([[{ bulkUse: 'off' }], undefined]);
    if (status !== 400) await server.close();
  }
});

test('of what is to be left alone for a while, one is told; the others have not left', async () => {
  const rests: number[] = [];
  const gate = { turn: async () => 0, rest: async (ms: number) => void rests.push(ms) };
  const { client, learned } = await known(
    () => ({ ...scimError(429, 'Later'), headers: { 'retry-after': '7' } }),
    {},
    gate,
  );
  const [one, ...others] = (await client.together(create(people(3)))).results;
  expect(one).toMatchObject({ ok: false, failure: { kind: 'rate_limited', retryAfterMs: 7_000 } });
  expect(others).toEqual([undefined, undefined]);
  expect([rests, learned]).toEqual([[7_000], []]);
});

test('without an answer that tells, nobody knows of anyone, and they failed as one', async () => {
  for (const [bulk, teaches] of [
    [() => ({ reset: true }), []],
    [() => scimError(500, 'Oops'), []],
    [() => ({ body: '<html>Bad gateway' }), []],
    [() => ({ body: { result: 'ok' } }), [{ bulkUse: 'off' }]],
    [() => answer([]), [{ bulkUse: 'off' }]],
  ] as const) {
    const { client, learned } = await known(bulk);
    const { results, lost } = await client.together(create(people(3)));
    const failures = results.map((result) => (result && !result.ok ? result.failure : undefined));
    expect(failures.every((failure) => ['unknown_outcome', 'unavailable'].includes(failure?.kind ?? ''))).toBe(true);
    expect(failures[0]?.asOne).toBeTypeOf('string');
    expect(new Set(failures.map((failure) => failure?.asOne)).size).toBe(1);
    expect(learned).toEqual(teaches);
    expect(lost === undefined).toBe(teaches.length > 0);
    await server.close();
  }
  server = await startScim();
});
