import pg from 'pg';
import { settleAllNames } from '@/lib/applications/settle-names';
import { createApplication } from '@/lib/applications/testing/create-application';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { migrate } from '@/lib/db/migrations';
import { systemActor } from '@/lib/events/actor';
import { tokenContext } from '@/lib/provisioning/authentication';
import { defaultCapabilities } from '@/lib/scim/capabilities';
import { fill, type Size } from './lists-data';
import { type ListRead, listReads } from './lists-reads';

/** What the parent asks: time one read, this many times. */
export interface ReadRequest {
  read: number;
  times: number;
}

/** What is answered: first the reads that there are, then the milliseconds that each took, and how many rows the last one had. */
export type ReadAnswer =
  | { reads: { key: string; name: string }[] }
  | { ms: number[]; rows: number }
  | { failed: string };

/**
 * One installation of its own: the process that lists-comparison.ts starts for each size, because a process has one
 * database. @param argv people, groups, events, then the beginnings of the wanted keys
 */
const [people, groups, events, ...keys] = process.argv.slice(2);
const size: Size = { people: Number(people), groups: Number(groups), events: Number(events) };
const answer = (message: ReadAnswer) => process.send?.(message);

try {
  const reads = await prepareReads();
  answer({ reads: reads.map(({ key, name }) => ({ key, name })) });
  process.on('message', async ({ read, times }: ReadRequest) => answer(await time(reads[read], times)));
} catch (error) {
  answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  await db.$disconnect();
}

async function prepareReads(): Promise<ListRead[]> {
  const databaseUrl = process.env.DATABASE_URL ?? '';
  await migrate(databaseUrl);
  const kept = await db.import.findFirst({ select: { applicationId: true } });
  const id = kept?.applicationId ?? (await fillInstallation(databaseUrl));
  const all = await listReads(size, id);
  return keys.length === 0 ? all : all.filter(({ key }) => keys.some((beginning) => key.startsWith(beginning)));
}

/** @returns the application that everything is about */
async function fillInstallation(databaseUrl: string): Promise<string> {
  const { id } = await createApplication(systemActor, {
    templateId: 'egnyte',
    displayLabel: 'Bench',
    placeholders: {},
  });
  await db.integration.create({
    data: {
      applicationId: id,
      status: 'active',
      baseUrl: 'https://bench.example/scim/v2',
      tokenSealed: seal('none', tokenContext(id)),
      tokenUpdatedAt: new Date(),
      manageGroups: true,
      capabilities: { ...defaultCapabilities },
    },
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  // What went wrong is told by what failed, not by the connection that ends with it.
  client.on('error', () => {});
  await client.connect();
  await fill(client, size, id);
  // As the worker does within a minute: names that people share in an application are kept.
  await settleAllNames();
  await client.query('VACUUM ANALYZE');
  await client.end();
  return id;
}

async function time(one: ListRead | undefined, times: number): Promise<ReadAnswer> {
  const ms: number[] = [];
  let found: unknown;
  try {
    for (let index = 0; index < times; index += 1) {
      const startedAt = performance.now();
      found = await one?.read();
      ms.push(performance.now() - startedAt);
    }
    return { ms, rows: rowsOf(found) };
  } catch (error) {
    return { failed: `${one?.key}, ${one?.name}: ${error instanceof Error ? error.message : error}` };
  }
}

/** The longest list in an answer; what has none is one row. */
function rowsOf(found: unknown): number {
  if (Array.isArray(found)) return found.length;
  const lists = Object.values(Object(found)).filter(Array.isArray);
  return lists.length === 0 ? 1 : Math.max(...lists.map(({ length }) => length));
}
