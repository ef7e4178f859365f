import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The embedded server listens on loopback only. */
export const postgresHost = '127.0.0.1';
/** The role that the product connects by, and the name of its database. */
export const productName = 'latchkey';
/** The role that initdb makes, which may do everything; for the steps that make role and database. */
export const superuser = 'postgres';

export function connectionString(to: { role: string; password: string; port: number; database: string }): string {
  const url = new URL(`postgresql://${postgresHost}:${to.port}/${to.database}`);
  url.username = to.role;
  url.password = to.password;
  return url.href;
}

/** The same server and role with another database. */
export function withDatabase(url: string, name: string): string {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
}

/** Runs work on one connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const wrongPassword = '28P01';

/** Whether a server lets this role in. @throws what else is in the way: nobody answers, or it is starting up */
export async function letsIn(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => {});
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === wrongPassword) return false;
    throw error;
  }
}

/** Waits until a server takes connections. @returns false when the time is over, or `worthWaiting` says that it will not */
export async function waitUntilAnswering(
  url: string,
  timeoutMs: number,
  worthWaiting: () => boolean,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && worthWaiting()) {
    const answered = await letsIn(url).then(
      () => true,
      () => false,
    );
    if (answered) return true;
    await sleep(50);
  }
  return false;
}
