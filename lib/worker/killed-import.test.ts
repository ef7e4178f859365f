import { afterAll, beforeAll, expect, test } from 'vitest';
import { db, type Tx } from '@/lib/db/client';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { type Actor, systemActor } from '@/lib/events/actor';
import { confirmImport } from '@/lib/imports/confirm-import';
import { fetchAccounts } from '@/lib/imports/fetch-accounts';
import { importFilterSchema } from '@/lib/imports/schema';
import { startImport } from '@/lib/imports/start-import';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { type ScimAnswer, startScim, type TestScimServer } from '@/lib/scim/testing/scim-server';
import { person } from './testing/support';
import { buildWorker, takenForDead, until, type WorkerProcesses } from './testing/worker-process';

const accounts = 300;
const perPage = 20;
const pages = accounts / perPage;
/** Of ten accounts, this many are somebody's by username. */
const known = 5;
/** Of an account that is held. */
const middle = 150;
const seconds = 60;

let server: TestScimServer;
let workers: WorkerProcesses;

beforeAll(async () => {
  server = await startScim(listed);
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(server.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
  workers = await buildWorker('killed-import-test');
}, 120_000);
afterAll(async () => {
  await workers.kill();
  await server.close();
});

const nameOf = (number: number) => `account.${String(number).padStart(4, '0')}`;
const numbers = Array.from({ length: accounts }, (_, index) => index + 1);

function listed({ method, path }: { method: string; path: string }): ScimAnswer | undefined {
  if (method !== 'GET' || !path.startsWith('/Users?')) return undefined;
  const query = new URLSearchParams(path.split('?')[1]);
  const from = Number(query.get('startIndex'));
  const Resources = numbers.slice(from - 1, from - 1 + Math.min(perPage, Number(query.get('count')))).map((number) => ({
    ...{ id: `r${number}`, userName: nameOf(number), active: true },
    name: { givenName: 'Account', familyName: `Number ${number}` },
    emails: [{ value: `${nameOf(number)}@acme.example`, type: 'work', primary: true }],
  }));
  return { body: { totalResults: accounts, startIndex: from, Resources } };
}

const asked = () => server.received.flatMap(({ path }) => /[?&]startIndex=(\d+)/.exec(path)?.[1] ?? []);

/** A worker that is killed while it waits for what is held; what it was at is given up, as nobody heard of it. */
async function killedWhile(
  hold: (tx: Tx) => Promise<unknown>,
  begin: () => Promise<unknown> = async () => undefined,
  waits: () => Promise<void> = untilHeld,
) {
  await db.$transaction(
    async (tx) => {
      await hold(tx);
      await begin();
      const worker = workers.start();
      await waits();
      await workers.kill(worker);
    },
    { timeout: 60_000 },
  );
  await takenForDead();
}

async function untilHeld(): Promise<void> {
  await until('a worker that waits', seconds, () =>
    untilWaiting(1).then(
      () => true,
      () => false,
    ),
  );
}

/** Rows that are run side by side wait for each other, too: only who waits at the row that is held is meant. */
async function untilRowHeld(): Promise<void> {
  await until('a worker that waits at the row', seconds, async () => {
    const [row] = await db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted`;
    return (row?.count ?? 0) > 0;
  });
}

let actor: Actor = systemActor;
let applicationId = '';

beforeAll(async () => {
  actor = { id: await person('the.admin'), name: 'the.admin', clientAddress: null };
  await db.user.updateMany({ data: { role: 'administrator' } });
  for (const number of numbers.filter((one) => one % 10 < known)) await person(nameOf(number));
  applicationId = await integratedApplication();
  const capabilities = { pageSize: perPage };
  await db.integration.update({ where: { applicationId }, data: { baseUrl: server.url, capabilities } });
  // What is written waits for whoever holds the lock.
  await db.$executeRaw`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END $$`;
});

/** Whatever would write such a row of an import waits: nothing of its transaction is kept when it is killed. */
async function killedAtRow(when: string, begin?: () => Promise<unknown>): Promise<void> {
  await db.$executeRawUnsafe(
    `CREATE TRIGGER hold BEFORE UPDATE ON import_rows FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION hold()`,
  );
  await killedWhile((tx) => tx.$executeRaw`SELECT pg_advisory_xact_lock(4711)::text`, begin, untilRowHeld);
  await db.$executeRaw`DROP TRIGGER hold ON import_rows`;
}

test('an import that nobody disturbs asks for as many pages as there are, in their order', async () => {
  const { id: importId } = await startImport(actor, { applicationId });
  await fetchAccounts(importId);
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'review', fetched: accounts });
  expect(asked().map(Number)).toEqual(Array.from({ length: pages }, (_, index) => 1 + index * perPage));
});

test('an import whose worker is killed while it reads, while it matches and while it runs has nobody twice and misses nobody', async () => {
  server.received.length = 0;
  let importId = '';
  const now = () => db.import.findUniqueOrThrow({ where: { id: importId } });
  const untilState = async (state: string) => {
    const worker = workers.start();
    await until(state, seconds, async () => (await now()).state === state);
    await workers.kill(worker);
    await takenForDead();
  };

  // While it reads: an account of the middle page is held.
  await killedWhile(
    (tx) => tx.$queryRaw`
      SELECT FROM remote_accounts WHERE application_id = ${applicationId}::uuid AND remote_id = ${`r${middle}`} FOR UPDATE`,
    async () => {
      importId = (await startImport(actor, { applicationId, replace: true })).id;
    },
  );
  expect(await now()).toMatchObject({ state: 'fetching', fetched: middle - (middle % perPage) });

  // While it matches: what is to be done with each is written last.
  await killedAtRow("NEW.decision = 'create'");
  expect(await now()).toMatchObject({ state: 'fetching', fetched: accounts, cursor: null });
  expect(await db.importRow.count({ where: { importId, decision: { not: null } } })).toBe(0);
  await untilState('review');
  const rows = await db.importRow.findMany({ where: { importId } });
  expect(new Set(rows.map(({ remoteId }) => remoteId)).size).toBe(accounts);
  expect(rows.filter(({ match, decision }) => match === 'exact' && decision === 'link').length).toBe(accounts / 2);
  expect(rows.filter(({ match, decision }) => match === 'none' && decision === 'create').length).toBe(accounts / 2);
  // The page that was held, and the one that was asked for meanwhile; no other was asked for twice.
  expect(asked().length).toBeLessThanOrEqual(pages + 2);

  // While it runs: one account in the middle is held, and others are under way.
  // Rows are taken in the order of their ids as text: many are done before this one.
  const held = numbers.map((number) => `r${number}`).sort()[middle];
  await killedAtRow(`NEW.state = 'done' AND NEW.remote_id = '${held}'`, () =>
    confirmImport(actor, { importId, selection: { matching: importFilterSchema.parse({}) } }),
  );
  const done = await db.importRow.count({ where: { importId, state: 'done' } });
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(accounts);
  await untilState('finished');
  expect(await db.importRow.count({ where: { importId, state: 'done' } })).toBe(accounts);
  const links = await db.userLink.findMany({ where: { applicationId }, select: { userId: true, remoteId: true } });
  expect(links.length).toBe(accounts);
  expect(new Set(links.map(({ userId }) => userId)).size).toBe(accounts);
  expect(await db.user.count()).toBe(accounts + 1);
  const told = await db.event.groupBy({ by: ['targetId'], where: { name: 'user_import' }, _count: true });
  expect(told.length).toBe(accounts);
  expect(told.filter(({ _count }) => _count !== 1)).toEqual([]);
  expect(await db.event.count({ where: { name: 'import_finish', message: { startsWith: `${accounts} of` } } })).toBe(1);
}, 240_000);
