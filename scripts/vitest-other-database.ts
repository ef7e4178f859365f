import { vi } from 'vitest';

// Before each test file of a thread that goes on with the modules of the file before: the environment, the clock, what is spied on and
// what the process remembers of its installation are as in the beginning, and its connections lead to a database of the file's own. Where the
// file before has closed them, or still uses one, this one begins with modules of its own.

/** The pool of lib/db/client.ts. */
interface Pool {
  options: { connectionString: string };
  ending: boolean;
  totalCount: number;
  idleCount: number;
  connect(): Promise<{ release(destroy: true): void }>;
  end(): Promise<void>;
}
interface Shared {
  latchkeyPool?: Pool;
  testsEnvironment?: NodeJS.ProcessEnv;
  /** Whether a file of these modules was here before. */
  testsGoOn?: boolean;
}
const shared = globalThis as Shared;

shared.testsEnvironment ??= { ...process.env };
for (const name of Object.keys(process.env)) {
  if (!(name in shared.testsEnvironment)) delete process.env[name];
}
Object.assign(process.env, shared.testsEnvironment);
vi.useRealTimers();
vi.restoreAllMocks();

/** Its connections go on; what else the process remembers is of the installation before. */
const connections = ['latchkeyPool', 'latchkeyDb'];
const { latchkeyPool: pool } = shared;
const goesOn = shared.testsGoOn && pool && !pool.ending && (await isQuiet(pool));
for (const name of Object.keys(globalThis)) {
  if (name.startsWith('latchkey') && !(goesOn && connections.includes(name))) Reflect.deleteProperty(globalThis, name);
}
if (goesOn) {
  await leadElsewhere(pool);
} else {
  pool?.end().catch(() => {});
  vi.resetModules();
}
shared.testsGoOn = true;

/** Whether nobody uses a connection: what the file before left running would go on in the database of the next one. */
async function isQuiet(pool: Pool): Promise<boolean> {
  for (let tries = 0; tries < 20 && pool.idleCount < pool.totalCount; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return pool.idleCount === pool.totalCount;
}

async function leadElsewhere(pool: Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.idleCount }, () => pool.connect()));
  for (const client of clients) client.release(true);
  const response = await fetch(`${process.env.LATCHKEY_TEST_SERVER}/database`);
  const answer = await response.text();
  if (!response.ok) throw new Error(`No test database: ${answer}`);
  process.env.DATABASE_URL = answer;
  pool.options.connectionString = answer;
}
