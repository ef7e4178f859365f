/**
 * The process that measures imports, by the installation of its environment: it makes the data, starts the worker, is the bare
 * client beside it, and matches. @param argv origin of the target, then the options as JSON
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Pool } from 'undici';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';
import { systemActor } from '@/lib/events/actor';
import { matchRows } from '@/lib/imports/internal/match-rows';
import { readImportSettings } from '@/lib/imports/settings';
import { startImport } from '@/lib/imports/start-import';
import { findConnection } from '@/lib/provisioning/connection';
import type { ImportFigures, ImportOptions, ListFigures, MatchFigures } from './imports';
import { median } from './measure';
import { startMeasuredWorker } from './measured-worker';
import type { RunnerMessage } from './on-target';
import { type Activated, activate, addPeople } from './provisioning-data';
import type { TenantReport } from './scim-target-report';

// As memory of provisioning is measured: garbage that nobody collects would be counted, too.
setFlagsFromString('--max-old-space-size=256');

const [target = '', optionsText = '{}'] = process.argv.slice(2);
const { keys } = JSON.parse(optionsText) as ImportOptions;
const databaseUrl = process.env.DATABASE_URL ?? '';
const accounts = 10_000;
const pageSize = 100;
const latencyMs = 20;
const rounds = 3;

const tell = (message: RunnerMessage<ImportFigures>) => process.send?.(message);
const say = (line: string) => tell({ say: line });

async function measure(): Promise<ImportFigures> {
  await migrate(databaseUrl);
  await addPeople(databaseUrl, accounts);
  return {
    ...(keys.includes('imports.list') ? { list: await measureList() } : {}),
    ...(keys.includes('imports.match') ? { match: await measureMatch() } : {}),
  };
}

async function measureList(): Promise<ListFigures> {
  const worker = startMeasuredWorker();
  try {
    say('imports: warming up …');
    await readBeside('warm-up', latencyMs);
    const slow: Read[] = [];
    const quick: Read[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`imports: reading ${accounts.toLocaleString('en-US')} accounts, ${round} of ${rounds} …`);
      slow.push(await readBeside(`slow-${round}`, latencyMs));
      quick.push(await readBeside(`quick-${round}`, 0));
    }
    const { requests, ...read } = medianOf(slow);
    const { ratio, readMs, bareMs } = medianOf(quick);
    return { accounts, pages: accounts / pageSize, latencyMs, requests, ...read, atOnce: { ratio, readMs, bareMs } };
  } finally {
    await worker.stop();
  }
}

type Read = Pick<ListFigures, 'readMs' | 'reviewMs' | 'bareMs' | 'ratio' | 'requests'>;

/** The one with the ratio in the middle; a request too many of any of them is told. */
function medianOf(reads: readonly Read[]): Read {
  const middle = median(reads.map(({ ratio }) => ratio));
  const found = reads.find(({ ratio }) => ratio === middle);
  if (!found) throw new Error('An odd number of rounds has one in the middle.');
  return { ...found, requests: Math.max(...reads.map(({ requests }) => requests)) };
}

/** An import of a tenant of its own, between two readings of the bare client. */
async function readBeside(tenant: string, latency: number): Promise<Read> {
  await ask('POST', `?latencyMs=0`);
  const application = await activate(target, tenant, [], false);
  await untilQuiet(application);
  await ask('PUT', `/${tenant}?accounts=${accounts}&named=person&perPage=${pageSize}`);
  await ask('POST', `?latencyMs=${latency}`);
  const before = await readBare(tenant);
  await ask('GET', `/${tenant}`);
  const startedAt = performance.now();
  const { id } = await startImport(systemActor, { applicationId: application.applicationId });
  const readMs = (await until(id, ({ state, cursor }) => state === 'review' || cursor === null)) - startedAt;
  const reviewMs = (await until(id, ({ state }) => state === 'review')) - startedAt;
  const { requests } = (await (await ask('GET', `/${tenant}`)).json()) as TenantReport;
  const bareMs = (before + (await readBare(tenant))) / 2;
  await ask('DELETE', `/${tenant}`);
  return { readMs, reviewMs, bareMs, ratio: bareMs / readMs, requests: requests['GET /Users'] ?? 0 };
}

/** Every page, one after the other, over a connection that is kept; read as JSON, and thrown away. @returns milliseconds */
async function readBare(tenant: string): Promise<number> {
  const pool = new Pool(target, { connections: 1, pipelining: 1 });
  const headers = { accept: 'application/scim+json', authorization: 'Bearer bench' };
  const startedAt = performance.now();
  for (let from = 1, total = 1; from <= total; from += pageSize) {
    const path = `/${tenant}/Users?startIndex=${from}&count=${pageSize}`;
    const answer = await pool.request({ path, method: 'GET', headers });
    total = ((await answer.body.json()) as { totalResults: number }).totalResults;
  }
  const took = performance.now() - startedAt;
  await pool.close();
  return took;
}

/** @returns when it was seen, by the clock of this process */
async function until(id: string, isSo: (found: { state: string; cursor: number | null }) => boolean): Promise<number> {
  for (;;) {
    const found = await db.import.findUniqueOrThrow({
      where: { id },
      select: { state: true, cursor: true, error: true },
    });
    const at = performance.now();
    if (found.state === 'failed') throw new Error(`The import failed: ${JSON.stringify(found.error)}`);
    if (isSo(found)) return at;
    await sleep(10);
  }
}

/** Waits for the end of the cycle that an activation begins. */
async function untilQuiet({ applicationId }: Activated): Promise<void> {
  while ((await db.cycle.count({ where: { applicationId, finishedAt: { not: null } } })) === 0) await sleep(50);
}

async function measureMatch(): Promise<MatchFigures> {
  await ask('POST', '?latencyMs=0');
  const application = await activate(target, 'match', [], false);
  const at = async (count: number) => {
    say(`imports: matching ${count.toLocaleString('en-US')} accounts with as many people …`);
    await addPeople(databaseUrl, count);
    const ms = await matchOnce(application, count);
    return { ms, mb: process.resourceUsage().maxRSS / 1_024 };
  };
  // What has not run yet is neither compiled nor in memory.
  await at(accounts);
  const [small, large] = [await at(accounts), await at(10 * accounts)];
  return {
    ...{ ms10k: small.ms, ms100k: large.ms, mb10k: small.mb, mb100k: large.mb },
    ...{ ratio: large.ms / small.ms, memoryRatio: large.mb / small.mb },
  };
}

/** Of ten accounts, seven are somebody's by username, one by e-mail address, one by name alone, and one is nobody's. @returns milliseconds */
async function matchOnce({ applicationId }: Activated, count: number): Promise<number> {
  const { id } = await db.import.create({
    data: { applicationId, startedByName: 'Bench', cursor: null, fetched: count },
  });
  await db.$executeRaw`
    INSERT INTO remote_accounts (application_id, remote_id, user_name, user_name_folded, email, email_folded, firstname, lastname, active, resource, match_keys, read_at)
    SELECT ${applicationId}::uuid, 'r' || n, name, name, mail, mail, CASE WHEN n % 10 = 8 THEN 'Person' END, CASE WHEN n % 10 = 8 THEN 'Number ' || n END, true,
      '{}', ARRAY['username=' || name], now()
    FROM (SELECT n, CASE WHEN n % 10 < 7 THEN person ELSE 'other.' || n END AS name, CASE WHEN n % 10 < 8 THEN person || '@acme.example' END AS mail
      FROM (SELECT n, 'person.' || lpad(n::text, 6, '0') AS person FROM generate_series(1, ${count}::int) AS n) AS people) AS accounts
    ON CONFLICT DO NOTHING`;
  await db.$executeRaw`
    INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match)
    SELECT ${id}::uuid, remote_id, user_name, email, display_name, firstname, lastname, active, 'none'
    FROM remote_accounts WHERE application_id = ${applicationId}::uuid`;
  await db.$executeRaw`ANALYZE`;
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('The application of the benchmark has no connection.');
  const startedAt = performance.now();
  await matchRows(connection, id, await readImportSettings(applicationId));
  const took = performance.now() - startedAt;
  const found = await db.importRow.groupBy({ by: ['match'], where: { importId: id }, _count: true });
  const of = (match: string) => found.find((row) => row.match === match)?._count ?? 0;
  if (of('exact') !== count * 0.8 || of('partial') !== count * 0.1 || of('none') !== count * 0.1) {
    throw new Error(`Not matched as expected: ${JSON.stringify(found)}`);
  }
  await db.import.delete({ where: { id } });
  return took;
}

const ask = (method: string, path: string) => fetch(`${target}/_bench${path}`, { method });

process.once('disconnect', () => process.exit(0));
try {
  tell({ figures: await measure() });
} catch (error) {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
await db.$disconnect();
process.disconnect?.();
