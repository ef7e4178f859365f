import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client';

/** What a function that may run inside a transaction takes: `db` itself fits as well. */
export type Tx = Prisma.TransactionClient;

function createClient(): PrismaClient {
  // Building loads this module without a database; the name says what is wrong when somebody then asks a question.
  const connectionString = process.env.DATABASE_URL ?? 'postgresql://database-url-is-not-set.invalid/';
  const max = Number(process.env.DATABASE_POOL_SIZE ?? 15);
  const adapter = new PrismaPg({ connectionString, max, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000 });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
}

const shared = globalThis as { latchkeyDb?: PrismaClient };

/** The one client of this process; kept on the global object because `next dev` loads modules again on each change. */
export const db: PrismaClient = shared.latchkeyDb ?? createClient();
shared.latchkeyDb = db;

const attempts = 4;

/** True for what PostgreSQL asks to try again: serialization failure, deadlock. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  // P2034 from the client's own queries; P2010 is any failed raw query, with PostgreSQL's code in the message.
  return error.code === 'P2034' || (error.code === 'P2010' && /Code: `(40001|40P01)`/.test(error.message));
}

/**
 * Runs `work` in one transaction, again (up to 4 times) when PostgreSQL gave it up for a conflict or a deadlock. So
 * `work` does nothing outside the database. @param options `timeoutMs` default 30,000
 */
export async function transaction<T>(
  work: (tx: Tx) => Promise<T>,
  options: { isolation?: Prisma.TransactionIsolationLevel; timeoutMs?: number } = {},
): Promise<T> {
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
