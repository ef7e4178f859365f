import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { apiToken } from './support/api';
import { isOurOwn } from './support/environment';
import { send } from './support/send';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });
test.skip(
  !isOurOwn || process.platform !== 'linux',
  'stops the database of the product that was started for the tests',
);

const parentOf = (pid: number) => Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);

/** PostgreSQL's first process. */
async function firstOfDatabase(): Promise<number> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const first = parentOf(rows[0]?.pid ?? 0);
  await client.end();
  return first;
}

/** The processes that a process started. */
function childrenOf(first: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && parentOf(pid) === first;
      } catch {
        return false;
      }
    });
}

let stopped: number[] = [];
async function stopDatabase(): Promise<void> {
  const first = await firstOfDatabase();
  // The first one first: else it starts another, for a connection, that would go on.
  stopped = [first];
  signal(stopped, 'SIGSTOP');
  const others = childrenOf(first);
  signal(others, 'SIGSTOP');
  stopped.push(...others);
}
function continueDatabase(): void {
  signal(stopped.splice(0), 'SIGCONT');
}
/** Some of them serve one connection, and end with it. */
function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
test.afterEach(continueDatabase);

test('while the database does not answer, everything says so in its own words, in bounded time; then it goes on', async ({
  page,
  cookiesOf,
}) => {
  const cookie = (await cookiesOf('administrator')).map(({ name, value }) => `${name}=${value}`).join('; ');
  const authorization = `Bearer ${apiToken}`;
  const html = 'text/html; charset=utf-8';
  type Asked = [path: string, type: string, sent: Parameters<typeof send>[1]];
  const asked: Asked[] = [
    ['/users', html, { headers: { cookie } }],
    ['/sign-in', html, { headers: { cookie } }],
    ['/portal', html, { headers: { cookie } }],
    ['/saml2/no-such-application', html, {}],
    ['/saml2/no-such-application', html, { method: 'POST', body: 'SAMLRequest=x' }],
    ['/saml2/no-such-application/metadata', html, {}],
    ['/api/v1/users', 'application/problem+json', { headers: { authorization } }],
    ['/api/v1/groups', 'application/problem+json', { method: 'POST', headers: { authorization }, body: '{}' }],
    ['/api/search?q=a', 'application/json', { headers: { cookie } }],
  ];
  // What would not have asked the database is not let in either, once it is known.
  const more: Asked[] = [
    ['/no/such/page', html, {}],
    ['/users', 'text/plain; charset=utf-8', { method: 'POST', headers: { cookie, 'next-action': 'x' } }],
    ['/api/auth/callback/credentials', 'application/json', { method: 'POST' }],
  ];
  await page.goto('/users');
  await stopDatabase();

  // Those that find it out, and those that come when it is known.
  for (const round of [asked, [...asked, ...more]]) {
    const answers = await Promise.all(round.map(([path, , sent]) => send(path, sent)));
    answers.forEach(({ status, headers, text }, index) => {
      const [path, type] = round[index] ?? [];
      expect.soft(`${path} ${status} ${headers['content-type']}`).toBe(`${path} 503 ${type}`);
      expect.soft(headers['retry-after'], path).toBe('5');
      expect.soft(text.includes('cannot reach its database'), path).toBe(true);
    });
  }
  const ready = await send('/readyz');
  expect([ready.status, JSON.parse(ready.text)]).toMatchObject([503, { checks: { database: 'does not answer' } }]);
  expect((await send('/healthz')).status).toBe(200);
  expect((await send('/icon.svg')).status).toBe(200);

  // Somebody who is at work: the page says what is the matter, and comes back by itself.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Latchkey is not available' })).toBeVisible();
  continueDatabase();
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible({ timeout: 20_000 });
  expect((await send('/api/v1/users', { headers: { authorization } })).status).toBe(200);
  await expect.poll(async () => (await send('/readyz')).status, { timeout: 20_000 }).toBe(200);
});
