import type { Prisma } from '@/lib/db/generated/client';
import { ofClass } from './internal/rows-sql';

const [ambiguous, partial, exact] = [0, 1, 2];
const [undecided, link] = [0, 2];
const activities = [0, 1];

/**
 * SQL over `import_rows r`: listed accounts that match somebody and of which somebody has to choose, or has chosen a link; by the index
 * of their classes, as many rows as there are of these.
 */
export const doubtfulRows: Prisma.Sql = ofClass(
  [
    [ambiguous, undecided],
    [ambiguous, link],
    [partial, undecided],
    [partial, link],
    [exact, undecided],
  ].flatMap(([match = 0, decision = 0]) => activities.map((active) => match * 64 + decision * 8 + active)),
);
