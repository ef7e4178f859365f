import { hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../lib/core/config';

/** The key of the data folder, made at the first start; losing it loses every sealed secret. */
export function readOrMakeSecretKey(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const path = join(dataDir, 'secret.key');
  if (!existsSync(path)) makeOnce(path, `${randomBytes(32).toString('base64url')}\n`);
  chmodSync(path, 0o600);
  const key = readFileSync(path, 'utf8').trim();
  if (key.length < 32) throw new Error(`${path} is damaged: put the key back from a backup.`);
  return key;
}

/** Written aside, down to the disk, and linked into place: two starts at once end up with one, and never with half of one. */
function makeOnce(path: string, text: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(aside, text, { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
}

export interface Addresses {
  /** Where people reach the console. */
  origin: string;
  port: number;
  host: string;
  /** Folder of the embedded database: who reports readiness looks whether its disk is full. */
  databaseDir?: string | undefined;
}

/** What web and worker are started with: the operator's environment, completed. */
export function productEnvironment(
  config: Config,
  databaseUrl: string,
  secretKey: string,
  addresses: Addresses,
): NodeJS.ProcessEnv {
  const sessionSecret = Buffer.from(hkdfSync('sha256', secretKey, 'latchkey', 'next-auth-v1', 32)).toString(
    'base64url',
  );
  return {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(addresses.port),
    HOST: addresses.host,
    ORIGIN: addresses.origin,
    NEXTAUTH_URL: addresses.origin,
    NEXTAUTH_SECRET: sessionSecret,
    DATABASE_URL: databaseUrl,
    LATCHKEY_DATABASE_DIR: addresses.databaseDir,
    DATABASE_POOL_SIZE: String(config.DATABASE_POOL_SIZE ?? 15),
    LATCHKEY_SECRET_KEY: secretKey,
    LATCHKEY_ALLOW_PRIVATE_TARGETS: config.LATCHKEY_ALLOW_PRIVATE_TARGETS.join(','),
    LATCHKEY_TRUSTED_PROXIES: config.LATCHKEY_TRUSTED_PROXIES.join(','),
    ...Object.fromEntries(firstStartOnly.map((name) => [name, undefined])),
  };
}

/**
 * The same for the web process. Beside the embedded database it may have fewer connections: one machine does the work of both, and each
 * takes 4 to 7 MiB of it.
 */
export function webEnvironment(product: NodeJS.ProcessEnv, config: Config): NodeJS.ProcessEnv {
  const isBesideDatabase = product.LATCHKEY_DATABASE_DIR !== undefined;
  return config.DATABASE_POOL_SIZE === undefined && isBesideDatabase
    ? { ...product, DATABASE_POOL_SIZE: '8' }
    : product;
}

/** Secrets that are used once: for the script of the first start, and for no process that keeps running. */
const firstStartOnly = ['LATCHKEY_ADMIN_PASSWORD', 'LATCHKEY_API_TOKEN'] as const;

/** What the script of the first start is started with, beside what all are. @param product or the demo's environment */
export function firstStartEnvironment(product: NodeJS.ProcessEnv, config: Config): NodeJS.ProcessEnv {
  return { ...product, ...Object.fromEntries(firstStartOnly.map((name) => [name, config[name]])) };
}

export interface SandboxPorts {
  http: number;
  smtp: number;
}

/** What a demo adds, for all of its processes. */
export function demoEnvironment(product: NodeJS.ProcessEnv, ports: SandboxPorts, dataDir: string): NodeJS.ProcessEnv {
  const targets = [product.LATCHKEY_ALLOW_PRIVATE_TARGETS, `localhost:${ports.http}`, `127.0.0.1:${ports.http}`];
  return {
    ...product,
    LATCHKEY_DEMO: '1',
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    LATCHKEY_ALLOW_PRIVATE_TARGETS: targets.filter(Boolean).join(','),
    CONSOLE_URL: product.ORIGIN,
    SANDBOX_URL: `http://localhost:${ports.http}`,
    SANDBOX_PORT: String(ports.http),
    SANDBOX_SMTP_PORT: String(ports.smtp),
    SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
  };
}

/** What the sandbox is started with: it plays other companies' servers, and knows no secret of the product. @param demo the demo's environment */
export function sandboxEnvironment(demo: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const known = Object.entries(demo).filter(([name]) => /^(PATH|SystemRoot|CONSOLE_URL)$|^(NODE|SANDBOX)_/.test(name));
  return Object.fromEntries(known) as NodeJS.ProcessEnv;
}
