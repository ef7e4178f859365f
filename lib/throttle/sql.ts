import { Prisma } from '@/lib/db/generated/client';

/**
 * What is left of a row's failures now, for a table that is called t. By the database's clock, which all processes share.
 * After 60 half-lives it is left at that: PostgreSQL refuses what is too small to write down.
 */
export const left = Prisma.sql`
  (t.score * power(0.5::float8, least(greatest(extract(epoch FROM now() - t.at)::float8, 0) / t.half_life, 60)))`;

/** Failures that are as good as none. */
export const forgotten = 0.05;
