import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { foldedColumns } from './folded-columns';
import { Prisma, PrismaClient } from './generated/client';

/** What a function that may run inside a transaction takes: `db` itself fits as well. */
export type Tx = Prisma.TransactionClient;

function createPool(max: number): pg.Pool {
  // Building loads this module without a database; the name says what is wrong when somebody then asks a question.
  const connectionString = process.env.DATABASE_URL ?? 'postgresql://database-url-is-not-set.invalid/';
  const created = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000 });
  // A connection that ends while nobody uses it: the next question opens another one.
  created.on('error', () => {});
  return created;
}

function createClient(): PrismaClient {
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  // Errors that do not quote the call: nothing typed in gets into a log, and no stack is taken for every query.
  const options = { errorFormat: 'minimal', transactionOptions: { maxWait: 10_000, timeout: 30_000 } } as const;
  const client = new PrismaClient({ adapter, ...options });
  // The extension adds to what is written and changes no type.
  return client.$extends(foldedColumns) as unknown as PrismaClient;
}

const shared = globalThis as { latchkeyDb?: PrismaClient; latchkeyPool?: pg.Pool; latchkeySignInPool?: pg.Pool };

/** The connections of this process, Prisma's as well; for {@link runStatement} (lib/db/statement.ts) alone. */
export const pool: pg.Pool = shared.latchkeyPool ?? createPool(Number(process.env.DATABASE_POOL_SIZE ?? 15));
shared.latchkeyPool = pool;

/**
 * Connections for the statements of sign-ins at applications: no page that is slow to read keeps them waiting. Few, because each statement
 * takes a millisecond, and a connection that has planned them 7 MiB.
 */
export const signInPool: pg.Pool = shared.latchkeySignInPool ?? createPool(3);
shared.latchkeySignInPool = signInPool;

/** The one client of this process; kept on the global object because `next dev` loads modules again on each change. */
export const db: PrismaClient = shared.latchkeyDb ?? createClient();
shared.latchkeyDb = db;

const attempts = 4;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** True for what PostgreSQL asks to try again: serialization failure, deadlock. */
function isRetryable(error: unknown): boolean {
  // What is given up while it commits comes as the driver has it: triggers run then.
  if (error instanceof Error && error.name === 'DriverAdapterError') {
    return isObject(error.cause) && error.cause.kind === 'TransactionWriteConflict';
  }
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  // P2034 from the client's own queries; P2010 is any failed raw query, with PostgreSQL's code in the message.
  return error.code === 'P2034' || (error.code === 'P2010' && /Code: `(40001|40P01)`/.test(error.message));
}

/** Whether a row was refused because what it refers to is not there (any more). */
export function isForeignKeyViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2003' || (error.code === 'P2010' && /Code: `23503`/.test(error.message));
}

interface Outer {
  tx: Tx;
  /** What is to be written although the transaction was given up. */
  afterRollback: (() => Promise<void>)[];
}

const outer = new AsyncLocalStorage<Outer>();

/** The transaction of {@link inOneTransaction} around the caller, if there is one. */
export function surroundingTransaction(): Tx | undefined {
  return outer.getStore()?.tx;
}

/**
 * Runs `work` so that every {@link transaction} inside is part of one: what the caller writes by `tx` and what a command
 * does happen together or not at all. `work` keeps to one command, and asks nothing of the network.
 */
export async function inOneTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  let opened: Outer | undefined;
  try {
    return await transaction((tx) => {
      opened = { tx, afterRollback: [] };
      return outer.run(opened, () => work(tx));
    });
  } catch (error) {
    for (const write of opened?.afterRollback ?? []) await write();
    throw error;
  }
}

/** Runs `write` outside of the transaction that is being given up: at once, or where it is part of another, after that. */
export async function afterRollback(write: () => Promise<void>): Promise<void> {
  const joined = outer.getStore();
  if (joined) joined.afterRollback.push(write);
  else await write();
}

/**
 * Runs `work` in one transaction, again (up to 4 times) when PostgreSQL gave it up for a conflict or a deadlock. So
 * `work` does nothing outside the database. @param options `timeoutMs` default 30,000
 */
export async function transaction<T>(
  work: (tx: Tx) => Promise<T>,
  options: { isolation?: Prisma.TransactionIsolationLevel; timeoutMs?: number } = {},
): Promise<T> {
  const joined = outer.getStore();
  if (joined) return work(joined.tx);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.$transaction(work, {
        ...(options.isolation ? { isolationLevel: options.isolation } : {}),
        ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
      });
    } catch (error) {
      if (attempt === attempts || !isRetryable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}
