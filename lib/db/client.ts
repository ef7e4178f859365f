import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from './generated/client';

/** What a command writes with: the client itself, or a transaction of it. */
export type Tx = Prisma.TransactionClient;

const poolSize = 12;

function connect(): PrismaClient {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  return new PrismaClient({ adapter: new PrismaPg({ connectionString, max: poolSize }) });
}

// Next reloads modules while developing; one pool per process all the same.
const holder = globalThis as { latchkeyDatabase?: PrismaClient };

/** The client of this process, connected on first use, so that importing a module needs no database. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get(_target, property) {
    holder.latchkeyDatabase ??= connect();
    const value: unknown = Reflect.get(holder.latchkeyDatabase, property);
    return typeof value === 'function' ? value.bind(holder.latchkeyDatabase) : value;
  },
});

/** Runs `work` in one transaction of at most 30 s; all of it is written, or nothing. */
export function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.$transaction(work, { maxWait: 10_000, timeout: 30_000 });
}
