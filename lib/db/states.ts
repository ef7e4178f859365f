import { listed } from '@/lib/core/states';
import { Prisma } from './generated/client';

/** SQL: states as the list of an IN. They are constants, not parameters, so that an index over just these is found. */
export function inStates(states: readonly string[]): Prisma.Sql {
  return Prisma.raw(listed(states));
}
