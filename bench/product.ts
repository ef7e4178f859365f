import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findEmbeddedPostgres } from '../scripts/embedded-postgres';
import { anyFreePort } from '../scripts/ports';

export interface Product {
  origin: string;
  databaseUrl: string;
  /** An administrator's. */
  token: string;
  /** The administrator's, to sign in with. */
  administrator: { identifier: string; password: string };
  secretKey: string;
  /** Of the process that keeps all others running, but the database. */
  pid: number;
  /** Of the database. */
  databasePid: number;
  /** Calls the HTTP API as an administrator. @throws Error unless it is done */
  api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Settings of whoever runs this must not leak in. */
const own = /^(PORT|HOST|ORIGIN|DATABASE_|LATCHKEY_|SMTP_|MAIL_|NEXTAUTH_)/;

/** What a process of ours may have of the environment. */
export function inheritedEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** `npm start` on a data folder of its own: web, worker and embedded database, as in production. Built when needed. */
export async function startProduct(say: (line: string) => void): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const port = await anyFreePort();
  const origin = `http://localhost:${port}`;
  const token = randomBytes(32).toString('hex');
  const secretKey = randomBytes(32).toString('hex');
  const administrator = { identifier: 'admin@acme.example', password: randomBytes(16).toString('hex') };
  const child = spawn(process.execPath, [join('dist', 'start.mjs')], {
    env: {
      ...inheritedEnvironment(),
      ...{ PORT: String(port), HOST: '127.0.0.1', ORIGIN: origin },
      ...{ LATCHKEY_DATA_DIR: dataDir, LATCHKEY_API_TOKEN: token, LATCHKEY_SECRET_KEY: secretKey },
      ...{ LATCHKEY_ADMIN_EMAIL: administrator.identifier, LATCHKEY_ADMIN_PASSWORD: administrator.password },
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    await end(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  const onSignal = () => void stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    await untilReady(child, say);
  } catch (error) {
    await stop();
    throw error;
  }
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'if-match': '*', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  const databaseUrl = findEmbeddedPostgres(join(dataDir, 'postgres')) ?? '';
  const databasePid = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
  return { origin, databaseUrl, token, administrator, secretKey, pid: child.pid ?? 0, databasePid, api, stop };
}

function untilReady(child: ChildProcess, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('exit', (code) => reject(new Error(`The product ended with code ${code}:\n${said.join('\n')}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('Building')) say(line);
      if (line.startsWith('Latchkey is ready')) resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
