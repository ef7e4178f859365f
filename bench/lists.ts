import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres';
import type { Size } from './lists-data';
import type { ReadAnswer, ReadRequest } from './lists-reader';
import { median } from './measure';

/** What a list may cost in the large installation, in terms of the small one. */
const limit = 1.5;
const rounds = 15;
/** A read that takes this long, in milliseconds, is asked fewer times: nobody waits for what does not hold anyway. */
const longMs = 150;

export interface ReadTimes {
  name: string;
  smallMs: number;
  largeMs: number;
  /** Rows of an answer: where the small installation has fewer to show, more than size is compared. */
  smallRows: number;
  largeRows: number;
  ratio: number;
}

/** A key's worst read, and all of them, the worst first. */
export interface ListTimes extends ReadTimes {
  key: string;
  limit: number;
  holds: boolean;
  reads: ReadTimes[];
}

const small: Size = { people: 1_000, groups: 100, events: 10_000 };

/**
 * Every list, search, sort, count and preview in an installation of 1,000 people, 100 groups and 10,000 events, and in one of
 * 100,000 people, 1,000 groups and 1,000,000 events, by the functions that pages and API call, round by round in turn.
 * @param keys beginnings of the wanted keys; empty: all
 * @param options `people` of the large installation, for quicker rounds; events are ten times as many. `keep`: a folder that
 *   the installations stay in, for another run; migrations that came since are made in them. Their events grow old meanwhile.
 */
export async function compareLists(
  keys: readonly string[],
  { people, keep }: { people: number; keep: string | undefined },
  say: (line: string) => void,
): Promise<ListTimes[]> {
  const scratch = keep ?? mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const server = await startEmbeddedPostgres(join(scratch, 'postgres'), { disposable: true });
  const readers: Reader[] = [];
  try {
    const large: Size = { people, groups: Math.max(small.groups, Math.round(people / 100)), events: people * 10 };
    for (const size of [small, large]) {
      say(
        `${keep ? 'Finding or making' : 'Making'} ${size.people.toLocaleString('en-US')} people, ${size.groups} groups and ${size.events.toLocaleString('en-US')} events …`,
      );
      readers.push(
        await startReader(await findDatabase(server.superuserUrl, server.url, `lists_${size.people}`), size, keys),
      );
    }
    const [one, other] = readers;
    if (!one || !other) throw new Error('Both installations are needed.');
    const times = new Map<string, ReadTimes[]>();
    for (const [index, { key, name }] of one.reads.entries()) {
      times.set(key, [...(times.get(key) ?? []), { name, ...(await compare(one, other, index)) }]);
    }
    return [...times].map(([key, reads]) => inAll(key, reads));
  } finally {
    for (const { process } of readers) process.kill();
    await server.stop();
    if (!keep) rmSync(scratch, { recursive: true, force: true });
  }
}

function inAll(key: string, reads: ReadTimes[]): ListTimes {
  const worstFirst = reads.toSorted((one, other) => other.ratio - one.ratio);
  const [worst = { name: '', smallMs: 0, largeMs: 0, smallRows: 0, largeRows: 0, ratio: Number.NaN }] = worstFirst;
  return { key, ...worst, limit, holds: worst.ratio <= limit, reads: worstFirst };
}

async function compare(one: Reader, other: Reader, read: number): Promise<Omit<ReadTimes, 'name'>> {
  const taken: { small: number[]; large: number[] } = { small: [], large: [] };
  // What has not run yet is neither compiled nor in memory.
  const { rows: smallRows } = await one.ask({ read, times: 2 });
  const { ms: warmUp, rows: largeRows } = await other.ask({ read, times: 2 });
  const [, warm = 0] = warmUp;
  for (let round = 0; round < (warm > longMs ? 3 : rounds); round += 1) {
    taken.small.push(...(await one.ask({ read, times: 1 })).ms);
    taken.large.push(...(await other.ask({ read, times: 1 })).ms);
  }
  const [smallMs, largeMs] = [median(taken.small), median(taken.large)];
  return { smallMs, largeMs, smallRows, largeRows, ratio: largeMs / smallMs };
}

async function findDatabase(superuserUrl: string, productUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const url = new URL(productUrl);
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (!rowCount) await client.query(`CREATE DATABASE ${name} OWNER ${url.username}`);
  await client.end();
  url.pathname = name;
  return url.href;
}

interface Reader {
  process: ChildProcess;
  reads: { key: string; name: string }[];
  ask(request: ReadRequest): Promise<{ ms: number[]; rows: number }>;
}

async function startReader(
  databaseUrl: string,
  { people, groups, events }: Size,
  keys: readonly string[],
): Promise<Reader> {
  const child = fork(join('dist', 'lists-reader.mjs'), [people, groups, events, ...keys].map(String), {
    env: { ...process.env, DATABASE_URL: databaseUrl, LATCHKEY_SECRET_KEY: 'only-for-the-benchmark-0123456789abcdef' },
  });
  const next = () =>
    new Promise<Exclude<ReadAnswer, { failed: string }>>((resolve, reject) => {
      const ended = () => reject(new Error('The reader of a benchmark ended.'));
      child.once('exit', ended);
      child.once('message', (answer: ReadAnswer) => {
        child.off('exit', ended);
        if ('failed' in answer) reject(new Error(answer.failed));
        else resolve(answer);
      });
    });
  const first = await next();
  return {
    process: child,
    reads: 'reads' in first ? first.reads : [],
    async ask(request) {
      child.send(request);
      const answer = await next();
      return 'ms' in answer ? answer : { ms: [], rows: 0 };
    },
  };
}
