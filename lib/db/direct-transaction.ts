import type pg from 'pg';
import { pool } from './client';
import { isGivenUp, type Statement } from './statement';

/** Asks one statement of a transaction. */
export type Ask = <Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

const attempts = 4;

/**
 * A transaction past Prisma, for what is written so often that Prisma would cost more than the database. As
 * `transaction` (lib/db/client.ts), `work` is run again (up to 4 times) when PostgreSQL gave it up for a conflict or a
 * deadlock, so it does nothing outside the database. Never a part of a surrounding transaction.
 */
export async function directTransaction<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(work);
    } catch (error) {
      if (attempt === attempts || !isGivenUp(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}

async function once<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(
      async <Row extends pg.QueryResultRow>({ name, text }: Statement, values: readonly unknown[]) => {
        const { rows } = await client.query<Row>({ name, text, values: [...values] });
        return rows;
      },
    );
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    // A connection that cannot even roll back is of no use to the next one.
    client.release(broken);
  }
}
