import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Product, startProduct } from './product';

export interface ApiCreate {
  /** People created by the HTTP API in a second. */
  perSecond: number;
  /** The same rows, inserted by a route that does nothing else (bench/bare-route.ts), in the same run. */
  bareRatePerSecond: number;
  ratio: number;
  /** The ratio has to reach it. */
  limit: number;
  /** SQL statements for each person, the token among them; each is a transaction of its own. */
  statementsEach: number;
  statementsLimit: number;
  people: number;
  holds: boolean;
}

const people = 2_000;
const atOnce = 16;
/** The two take turns, so that what else the machine does meanwhile meets both. */
const turns = 4;
const limit = 0.5;
const statementsLimit = 4;

/** Creates people by the HTTP API of a product of its own, and by a bare route on the same database. */
export async function measureApiCreate(say: (line: string) => void): Promise<ApiCreate> {
  say('api.create: starting the product …');
  const product = await startProduct(say);
  const bare = await startBare(product);
  try {
    const ours = `${product.origin}/api/v1/users`;
    const headers = { authorization: `Bearer ${product.token}` };
    await create(ours, headers, 200);
    await create(bare.url, {}, 200);
    let oursMs = 0;
    let bareMs = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      oursMs += await create(ours, headers, people / turns);
      bareMs += await create(bare.url, {}, people / turns);
    }
    const statementsEach = await countStatements(product);
    const perSecond = people / (oursMs / 1_000);
    const bareRatePerSecond = people / (bareMs / 1_000);
    const ratio = perSecond / bareRatePerSecond;
    const holds = ratio >= limit && statementsEach <= statementsLimit;
    return { perSecond, bareRatePerSecond, ratio, limit, statementsEach, statementsLimit, people, holds };
  } finally {
    bare.stop();
    await product.stop();
  }
}

/** @returns milliseconds in which all of them were created @throws Error where one is not */
async function create(url: string, headers: Record<string, string>, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let left = count;
  const started = performance.now();
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      await post(agent, url, headers);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const took = performance.now() - started;
  agent.destroy();
  return took;
}

function post(agent: Agent, url: string, headers: Record<string, string>): Promise<void> {
  const username = `bench.${randomUUID()}`;
  const email = `${username}@acme.example`;
  const body = JSON.stringify({ username, email, firstname: 'Bench', lastname: 'Person', sendActivation: false });
  return new Promise((resolve, reject) => {
    const sent = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
    const asked = request(url, { method: 'POST', agent, headers: { ...sent, 'idempotency-key': username } });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () => {
        if (response.statusCode === 201) resolve();
        else reject(new Error(`${url}: ${response.statusCode} ${Buffer.concat(pieces)}`));
      });
    });
    asked.end(body);
  });
}

/** By a process that answers requests itself, where every statement passes by. */
async function countStatements({ databaseUrl, secretKey, token, origin }: Product): Promise<number> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, LATCHKEY_SECRET_KEY: secretKey, ORIGIN: origin };
  const { stdout } = await promisify(execFile)(process.execPath, [join('dist', 'count-statements.mjs')], {
    env: { ...env, LATCHKEY_API_TOKEN: token },
  });
  return Number(stdout);
}

async function startBare(product: Product): Promise<{ url: string; stop: () => void }> {
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('SELECT id FROM api_tokens LIMIT 1');
  await client.end();
  const child = spawn(process.execPath, [join('dist', 'bare-route.mjs')], {
    env: { ...process.env, DATABASE_URL: product.databaseUrl, BARE_TOKEN_ID: rows[0]?.id ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The bare route ended with code ${code}.`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  return { url: `http://127.0.0.1:${port}/users`, stop: () => child.kill() };
}
