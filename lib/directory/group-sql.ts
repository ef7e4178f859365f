import { Prisma } from '@/lib/db/generated/client';

/** SQL over `groups g`: what words are searched in, in lower case; kept by the database, with an index of trigrams. */
export const groupWords = Prisma.sql`g.words`;
