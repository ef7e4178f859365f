import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chance } from '@/lib/core/testing/chance';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { startImport } from '@/lib/imports/start-import';
import { type OpenApiOperation, openApiDocument } from './openapi';
import { type Operation, tags } from './operation';
import { operations } from './operations';
import { generate, type Source } from './testing/generate';
import { roles, rowsWritten, World } from './testing/world';

/** Another seed, other requests: `FUZZ_SEED=7 FUZZ_ROUNDS=100 npx vitest run lib/api/fuzz`; more under `npm test -- full`. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
/** Requests per operation. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? (process.env.LATCHKEY_TESTS === 'full' ? 40 : 3));

const world = new World();
const document = openApiDocument('http://localhost:3000');
const described = (operation: Operation): OpenApiOperation =>
  document.paths[operation.path]?.[operation.method.toLowerCase()] as OpenApiOperation;

beforeAll(async () => {
  for (const role of roles) await world.token(role);
  // What nobody listens on: the engine may be told to send, and is not run here.
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1:1';
});
afterAll(() => world.close());

/** Ids of what there is, by the collection that a path names it in. The token that asks is left out. */
async function idsThere(): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ collection: string; ids: string[] }[]>`
    SELECT collection, array_agg(id::text ORDER BY id) AS ids FROM (
      (SELECT 'users' AS collection, id FROM users ORDER BY id DESC LIMIT 12)
      UNION ALL (SELECT 'groups', id FROM groups ORDER BY id DESC LIMIT 8)
      UNION ALL (SELECT 'applications', id FROM applications)
      UNION ALL (SELECT 'links', id FROM user_links ORDER BY id DESC LIMIT 8)
      UNION ALL (SELECT 'cycles', id FROM cycles ORDER BY id DESC LIMIT 4)
      UNION ALL (SELECT 'dry-runs', id FROM dry_runs ORDER BY id DESC LIMIT 4)
      UNION ALL (SELECT 'imports', id FROM imports ORDER BY id DESC LIMIT 4)
      UNION ALL (SELECT 'webhooks', id FROM webhooks ORDER BY id DESC LIMIT 4)
      UNION ALL (SELECT 'deliveries', id FROM webhook_deliveries ORDER BY id DESC LIMIT 4)) found GROUP BY collection ORDER BY collection`;
  return new Map(rows.map(({ collection, ids }) => [collection, ids]));
}

/** Of all ids chance would rarely pick one of the collection that a path asks for, and most operations would meet nothing else than 404. */
function idsFor(path: string, name: string, there: ReadonlyMap<string, string[]>): string[] {
  const [, collection = ''] = new RegExp(`([a-z-]+)/\\{${name}\\}`).exec(path) ?? [];
  const alias: Record<string, string> = { assignments: 'users', 'group-links': 'groups', nested: 'groups' };
  return there.get(alias[collection] ?? collection) ?? [...there.values()].flat();
}

async function furnish(): Promise<void> {
  const { id } = await world.connected();
  await world.work();
  await startImport(systemActor, { applicationId: id });
  await world.work();
  await world.application();
  await world.group([await world.person(), await world.person()]);
}

/** A parameter as text: what a URL can hold. */
const asText = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replace(/\p{Surrogate}/gu, '\ufffd');

function requestFor(operation: Operation, source: Source, there: ReadonlyMap<string, string[]>) {
  const { parameters, requestBody } = described(operation);
  const { chance } = source;
  const params: Record<string, string> = {};
  const query: Record<string, string> = {};
  const headers: Record<string, string> = {};
  for (const parameter of parameters) {
    // By its id: chance would hardly ever make the slug of one that is there.
    const schema = parameter.name === 'application' ? { type: 'string', format: 'uuid' } : parameter.schema;
    const ids = parameter.in === 'path' ? idsFor(operation.path, parameter.name, there) : source.ids;
    const value = asText(generate(schema, { ...source, ids }));
    if (parameter.in === 'path') params[parameter.name] = value === '' ? '-' : value;
    if (parameter.in === 'query' && (parameter.required || chance.maybe(0.4))) query[parameter.name] = value;
    if (parameter.name === 'If-Match')
      headers['if-match'] = chance.maybe(0.5) ? '*' : chance.pick(['"1"', '"2"', 'W/"1"', '', 'x', '"1", *']);
    if (parameter.name === 'Idempotency-Key' && chance.maybe(0.5)) headers['idempotency-key'] = `k${chance.below(40)}`;
  }
  const schema = requestBody?.content['application/json']?.schema;
  return { params, query, headers, ...(schema ? { body: generate(schema, source) } : {}) };
}

test(`requests that chance makes (seed ${seed}) get no 500, and a refused one leaves nothing behind`, async () => {
  const chance = new Chance(seed);
  const problems: string[] = [];
  let done = 0;
  const reached = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    await furnish();
    const there = await idsThere();
    const ids = [...there.values()].flat();
    for (const operation of operations) {
      const source = { chance, ids, schemas: document.components.schemas, wrongness: 0.06 };
      const sent = requestFor(operation, source, there);
      const token = await world.token(chance.maybe(0.9) ? 'administrator' : 'helpdesk');
      const before = await rowsWritten();
      const answer = await world.call(operation, sent, token);
      const what = `${operation.id} ${JSON.stringify(sent).slice(0, 1_500)}: ${JSON.stringify(answer.body)?.slice(0, 500)}`;
      if (answer.status >= 500) problems.push(what);
      if (answer.status < 300) {
        done += 1;
        reached.add(operation.tag);
        continue;
      }
      if (answer.headers.get('content-type') !== 'application/problem+json') problems.push(what);
      const after = await rowsWritten();
      const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
      if (changed.length > 0) problems.push(`${changed.join(', ')} changed by ${what}`);
    }
  }
  expect(problems).toEqual([]);
  // Chance that only ever meets the first check would prove nothing: of all requests a fifth is to succeed.
  expect(done).toBeGreaterThan((rounds * operations.length) / 5);
  expect([...reached].sort()).toEqual(Object.keys(tags).sort());
}, 600_000);
