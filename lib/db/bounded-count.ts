import type { Tx } from './client';
import type { Prisma } from './generated/client';

/** Beyond this many, a list says "1,000+": counting them would cost more than showing them. */
export const countLimit = 1_000;

/** Beyond this many, a search says "100+": nobody reads on to the end of so many, they type another word. */
export const foundLimit = 100;

/** How many there are, or at least are. */
export interface Counted {
  total: number;
  /** False: there are more than `total`. */
  totalIsExact: boolean;
}

/** As it is said, of a count that went one beyond its limit. */
export function boundedBy(count: number, limit = countLimit): Counted {
  return { total: Math.min(count, limit), totalIsExact: count <= limit };
}

/** Counts the rows of `FROM …`, up to `limit` and one more. @param from SQL that is never from outside */
export async function boundedCount(tx: Tx, from: Prisma.Sql, limit = countLimit): Promise<Counted> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT 1 FROM ${from} LIMIT ${limit + 1}) AS counted`;
  return boundedBy(row?.count ?? 0, limit);
}
