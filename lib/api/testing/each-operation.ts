import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allows } from '@/lib/auth/permissions';
import { db } from '@/lib/db/client';
import { flushRefusals } from '@/lib/events/record';
import { commandOperations } from '../commands';
import { openApiDocument } from '../openapi';
import type { Operation, Tag } from '../operation';
import { operations } from '../operations';
import type { Problem } from '../problem';
import { cases } from './cases';
import { type Case, roles, rowsWritten, type Sent, type TestRole, World } from './world';

/** Which operations are tested together, each section in `operations-<section>.test.ts`: files run side by side. */
export const sections = {
  applications: ['Applications', 'SSO', 'Mappings'],
  directory: ['Users', 'Groups', 'Events', 'Sources', 'Attributes', 'Webhooks', 'Administration'],
  provisioning: ['Identity Management', 'Provisioning', 'Imports'],
} as const satisfies Record<string, readonly Tag[]>;

export const document = openApiDocument('http://localhost:3000');
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'api');

/** Fails when an answer is not what the document says: independent of the schemas that made it. */
function expectAsDescribed(operation: Operation, status: number, body: unknown, headers: Headers): void {
  const pointer = `/paths/${operation.path.replaceAll('/', '~1')}/${operation.method.toLowerCase()}/responses/`;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const place = status < 400 ? `${pointer}${status}` : `${pointer}default`;
  if (status === 204) {
    expect(body).toBe('');
    return;
  }
  const schema = ajv.getSchema(`api#${encodeURI(`${place}/content/${type.replaceAll('/', '~1')}/schema`)}`);
  expect(schema, `${operation.id} describes ${status} ${type}`).toBeDefined();
  expect(schema?.(body) ? [] : schema?.errors, JSON.stringify(body).slice(0, 2000)).toEqual([]);
}

/** An operation without a case fails its own tests, and those of no other. */
const missing: Case = {
  valid: async () => {
    throw new Error('This operation has no case.');
  },
};

/** Declares the tests of every operation of a section: what is refused, by whom, and what is answered. */
export function testOperations(section: keyof typeof sections): void {
  const world = new World();
  beforeAll(async () => {
    await world.peer();
    for (const role of roles) await world.token(role);
  });
  afterAll(() => world.close());
  const tested = operations.filter(({ tag }) => (sections[section] as readonly Tag[]).includes(tag));
  describe.each(tested.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) =>
    testOperation(operation, world),
  );
}

/** With the moment of each: a reset of the demo begins to count anew. */
async function recorded(name: string): Promise<string[]> {
  const events = await db.event.findMany({ where: { name, outcome: 'success' }, select: { id: true, at: true } });
  return events.map(({ id, at }) => `${id} at ${at.toISOString()}`);
}

function testOperation(operation: Operation, world: World): void {
  const { valid, invalid = [], after, alone } = cases[operation.id] ?? missing;
  // Versioned ones are sent with *, unless a case says otherwise.
  const complete = (sent: Sent): Sent =>
    operation.present ? { ...sent, headers: { 'if-match': '*', ...sent.headers } } : sent;

  // What a request needs is made anew after it was done. A refusal changes nothing, and neither does reading, so that the next test goes
  // on with it; who is refused comes first.
  let untouched: Sent | undefined;
  const request = async (): Promise<Sent> => {
    if (alone) untouched = undefined;
    untouched ??= complete(await valid(world));
    return untouched;
  };

  beforeAll(() => world.leaveUndone());

  test('is refused without a token, and with one that is not known', async () => {
    // One address does not get to try as many unknown tokens as there are operations.
    await db.throttle.deleteMany();
    const sent = await request();
    const before = await rowsWritten();
    for (const token of [undefined, 'lk_0123456789abcdefghijklmnopqrstuv']) {
      const answer = await world.call(operation, sent, token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expectAsDescribed(operation, 401, answer.body, answer.headers);
    }
    expect(await rowsWritten()).toEqual(before);
  });

  test('what it does not know, or cannot use, is refused where it stands, and nothing is changed', async () => {
    const token = await world.token('administrator');
    const sent = await request();
    const before = await rowsWritten();
    const refuse = async (change: Sent, expected: { code: string; field?: string | undefined }) => {
      const answer = await world.call(operation, { ...sent, ...change }, token);
      expect(answer.body, JSON.stringify(change)).toMatchObject({ code: expected.code });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expectAsDescribed(operation, answer.status, answer.body, answer.headers);
      if (expected.field !== undefined) {
        const problem = answer.body as Problem;
        expect([problem.field, ...(problem.errors ?? []).map((one) => one.field)]).toContain(expected.field);
      }
      expect(await rowsWritten(), JSON.stringify(change)).toEqual(before);
    };
    const code = 'invalid_input';
    await refuse({ query: { ...sent.query, surprise: '1' } }, { code });
    if (operation.body) {
      await refuse({ body: [] }, { code });
      await refuse({ body: { ...(sent.body as object), surprise: 1 } }, { code });
    } else if (operation.method !== 'GET') {
      await refuse({ body: { surprise: 1 } }, { code });
    }
    if (operation.params) {
      const params = Object.fromEntries(Object.keys(sent.params ?? {}).map((name) => [name, 'no such thing']));
      const named = 'application' in params;
      await refuse({ params }, { code: named ? 'not_found' : code });
    }
    if (operation.present) {
      await refuse({ headers: {} }, { code: 'precondition_required' });
      await refuse({ headers: { 'if-match': '"0"' } }, { code: 'stale_version' });
    }
    for (const wrong of invalid) {
      await refuse(complete(wrong.change(sent)), { code: wrong.code ?? code, field: wrong.field });
    }
  });

  const isAllowed = (role: TestRole) => allows(role, operation.permission);
  const refusedFirst = roles.toSorted((one, other) => Number(isAllowed(one)) - Number(isAllowed(other)));

  /** What was done by one role, which another that may do it as well need not do again. */
  let done: Sent | undefined;

  test.each(refusedFirst)('with a token of the role %s: done and recorded, or refused and recorded', async (role) => {
    if (isAllowed(role) && done) {
      const answer = await world.call(operation, { ...done, query: { surprise: '1' } }, await world.token(role));
      expect(answer, 'let past the permission').toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      return;
    }
    const sent = await request();
    const before = isAllowed(role) ? undefined : await rowsWritten();
    const told = commandOperations.find(({ id }) => id === operation.id)?.command.event;
    const toldBefore = before || !told ? [] : await recorded(told);
    if (!before && operation.method !== 'GET') untouched = undefined;
    // What was refused before in this minute is not counted along.
    if (before) await flushRefusals();
    const answer = await world.call(operation, sent, await world.token(role));
    if (!before) {
      expect(answer.status, JSON.stringify(answer.body)).toBe(operation.answer ? (operation.status ?? 200) : 204);
      expectAsDescribed(operation, answer.status, answer.body, answer.headers);
      if (told) {
        const tells = (await recorded(told)).filter((event) => !toldBefore.includes(event));
        expect(tells, `one ${told} is recorded`).toHaveLength(1);
      }
      await after?.(answer.body, sent, world);
      done = sent;
      return;
    }
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expectAsDescribed(operation, 403, answer.body, answer.headers);
    expect(await rowsWritten(), 'a refused request changes nothing').toEqual(before);
    const event = await db.event.findFirst({ where: { name: 'access_refused' }, orderBy: { id: 'desc' } });
    expect(event?.message).toContain(`${operation.permission}, which ${operation.id} takes`);
    expect(event?.tokenId).not.toBeNull();
  });
}
