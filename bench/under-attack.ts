import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hashPassword } from '@/lib/crypto/password';
import { type Product, startProduct } from './product';
import { signIn } from './sign-in-over-http';

/** What has to hold: the portal's p95 under attack stays below so many times its quiet value. */
const limit = 3;
const attacksPerSecond = 200;
/** Between two visits of one person: often enough for a p95 of some seconds, rarely enough that measuring is no load. */
const pauseMs = 100;
const quietSeconds = 15;
const tiles = 12;

export interface UnderAttack {
  /** p95 of the portal, in milliseconds, until all of it was there. */
  quietP95Ms: number;
  attackP95Ms: number;
  ratio: number;
  limit: number;
  holds: boolean;
  visits: { quiet: number; attack: number };
  attack: { seconds: number; perSecond: number; statuses: Record<string, number> };
}

/**
 * Starts the product and measures the portal of somebody who is signed in: quiet, while wrong sign-ins come from one
 * address (200 a second, by a process of its own; in turn for a name that exists and for others), and quiet again. The
 * person visits again and again, as persons do, one after the other; a visit that does not show the portal is an error.
 * @param seconds of the attack
 */
export async function measureUnderAttack(seconds: number, say: (line: string) => void): Promise<UnderAttack> {
  say('Starting a product of its own …');
  const product = await startProduct(say);
  try {
    const { email, cookie } = await somebodyWithTiles(product);
    const visit = visitor(product.origin, cookie);
    // What has not run yet is interpreted, not compiled.
    await visits(visit, 5);
    say(`Quiet for ${quietSeconds} s, ${seconds} s of attack, and quiet again …`);
    const before = await visits(visit, quietSeconds);
    const attack = attackBy(product.origin, email, seconds);
    const during = await visits(visit, seconds);
    const { perSecond, statuses } = await attack;
    const after = await visits(visit, quietSeconds);
    const quiet = [...before, ...after];
    const [quietP95Ms, attackP95Ms] = [p95(quiet), p95(during)];
    const ratio = attackP95Ms / quietP95Ms;
    const counts = { quiet: quiet.length, attack: during.length };
    const done = { seconds, perSecond, statuses };
    return { quietP95Ms, attackP95Ms, ratio, limit, holds: ratio < limit, visits: counts, attack: done };
  } finally {
    await product.stop();
  }
}

/** A person with a dozen applications, signed in. */
async function somebodyWithTiles({ origin, api, databaseUrl }: Product): Promise<{ email: string; cookie: string }> {
  const email = 'ana.martinez@acme.example';
  const names = { firstname: 'Ana', lastname: 'Martínez', username: 'ana.martinez', email };
  const { id: userId } = await api('POST', '/users', { ...names, sendActivation: false });
  const { id: groupId } = await api('POST', '/groups', { name: 'Everybody' });
  await api('POST', `/groups/${groupId}/members`, { add: [userId] });
  for (let tile = 1; tile <= tiles; tile += 1) {
    const bookmark = { templateId: 'bookmark', bookmarkUrl: `https://intranet.acme.example/${tile}` };
    const { slug } = await api('POST', '/applications', { ...bookmark, displayLabel: `Intranet ${tile}` });
    await api('PUT', `/applications/${slug}/groups/${groupId}`);
  }
  const password = 'correct horse battery';
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('UPDATE users SET password_hash = $1 WHERE id = $2', [await hashPassword(password), userId]);
  await client.end();
  return { email, cookie: await signIn(origin, email, password) };
}

/** Opens the portal once. @returns milliseconds until all of it was there */
function visitor(origin: string, cookie: string): () => Promise<number> {
  const agent = new Agent({ keepAlive: true });
  return () =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      request(`${origin}/portal`, { agent, headers: { cookie } }, (response) => {
        let page = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          page += chunk;
        });
        response.once('end', () => {
          if (response.statusCode === 200 && page.includes(`Intranet ${tiles}`)) resolve(performance.now() - startedAt);
          else reject(new Error(`The portal answered ${response.statusCode} without its tiles.`));
        });
      })
        .once('error', reject)
        .end();
    });
}

async function visits(visit: () => Promise<number>, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const taken: number[] = [];
  while (performance.now() < until) {
    taken.push(await visit());
    await sleep(pauseMs);
  }
  return taken;
}

function attackBy(
  origin: string,
  email: string,
  seconds: number,
): Promise<{ perSecond: number; statuses: Record<string, number> }> {
  const args = [join('dist', 'attacker.mjs'), origin, email, String(attacksPerSecond), String(seconds)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`The attacker ended with code ${code}.`)),
    );
  });
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}
