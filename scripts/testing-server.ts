import { generateKeyPair, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { migrate } from '../lib/db/migrations';
import { startEmbeddedPostgres } from './embedded-postgres';
import { productName, withClient, withDatabase } from './postgres-connection';
import { makeScratch } from './scratch';

export interface TestServer {
  /** Makes a migrated, empty database of its own and returns its connection string. */
  createDatabase(): Promise<string>;
  /** Makes one with nothing in it. @param locale as CREATE DATABASE takes it */
  createEmptyDatabase(locale: string): Promise<string>;
  stop(): Promise<void>;
}

/** Runs SQL beside the databases in question. */
function execute(url: string, statements: string[]): Promise<void> {
  return withClient(withDatabase(url, 'postgres'), async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/**
 * Real PostgreSQL for tests: a throw-away embedded one, or the server of TEST_DATABASE_URL (whose role must be allowed
 * to create databases). The template is migrated once; every copy takes some milliseconds.
 * @param options `plainC`: with the locale C, as in folders of earlier versions and on many servers, where upper and
 * lower case are known of ASCII letters only: what holds there holds anywhere
 */
export async function startTestServer(options: { plainC?: boolean } = {}): Promise<TestServer> {
  const external = process.env.TEST_DATABASE_URL;
  const scratch = external ? undefined : await makeScratch();
  const embedded = scratch ? await startEmbeddedPostgres(scratch.postgres, { disposable: true }) : undefined;
  const server = embedded?.url ?? external ?? '';
  // Databases are made by the superuser; everything in them is done by the product's role, as in production.
  const maker = embedded?.superuserUrl ?? server;
  const owner = embedded ? ` OWNER ${productName}` : '';
  // Nothing has to reach a disk, so the files are copied, instead of every page being read and logged: a sixth of the work.
  const strategy = embedded ? ' STRATEGY file_copy' : '';
  const mark = `latchkey_test_${randomBytes(6).toString('hex')}`;
  const template = `${mark}_template`;
  const made = [template];
  const locale = options.plainC ? " TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'" : '';
  await execute(maker, [`CREATE DATABASE ${template}${owner}${locale}`]);
  await migrate(withDatabase(server, template));
  if (embedded) {
    await execute(maker, [
      // For lib/db/testing/empty-tables.ts: to delete what a test left is no change that triggers answer.
      `GRANT SET ON PARAMETER session_replication_role TO ${productName}`,
      `ALTER ROLE ${productName} SET synchronous_commit = off`,
      // Of a password of many random bytes, every connection need not prove 4,096 times that it knows it.
      'SET scram_iterations = 1',
      `ALTER ROLE ${productName} PASSWORD '${new URL(server).password}'`,
    ]);
  }

  // PostgreSQL copies a template only while nobody else uses it, so one after the other.
  let queue: Promise<unknown> = Promise.resolve();
  const create = (from: string): Promise<string> => {
    const name = `${mark}_${made.length}`;
    made.push(name);
    const created = queue.then(() => execute(maker, [`CREATE DATABASE ${name} TEMPLATE ${from}${owner}${strategy}`]));
    queue = created.catch(() => {});
    return created.then(() => withDatabase(server, name));
  };
  const createDatabase = () => create(template);
  const createEmptyDatabase = (locale: string) => create(`template0 ${locale}`);
  const stop = async () => {
    if (embedded) await embedded.stop();
    else
      await execute(
        server,
        made.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      );
    scratch?.remove();
  };
  return { createDatabase, createEmptyDatabase, stop };
}

/**
 * Serves what test processes share. Made at the first question, so that a run of pure tests does not pay for it:
 * - `GET /database` → a fresh database's connection string; `GET /empty?locale=` → an empty one's
 * - `GET /rsa?number=` → an RSA key of this run, PEM: the same number, the same key
 */
export async function serveTests(): Promise<{ address: string; stop(): Promise<void> }> {
  let server: Promise<TestServer> | undefined;
  const database = () => {
    server ??= startTestServer({ plainC: true });
    return server;
  };
  const keys = new Map<string, Promise<string>>();
  const rsaKey = (number: string) => {
    const key = keys.get(number) ?? makeRsaKey();
    keys.set(number, key);
    return key;
  };
  const answers: Record<string, (query: URLSearchParams) => Promise<string>> = {
    '/database': async () => (await database()).createDatabase(),
    '/empty': async (query) => (await database()).createEmptyDatabase(query.get('locale') ?? ''),
    '/rsa': (query) => rsaKey(query.get('number') ?? ''),
  };
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const answer = answers[pathname];
    if (!answer) {
      response.writeHead(404).end();
      return;
    }
    answer(searchParams)
      .then((text) => response.end(text))
      .catch((error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const stop = async () => {
    http.close();
    http.closeAllConnections();
    await (await server?.catch(() => undefined))?.stop();
  };
  return { address: `http://127.0.0.1:${port}`, stop };
}

async function makeRsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
