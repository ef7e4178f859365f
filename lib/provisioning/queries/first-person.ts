import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { assignmentRows } from './assignment-rows';

export interface FirstPerson {
  userId: string;
  displayName: string;
  email: string;
}

/** The first of an application's people by name: whom a mapping is previewed for until somebody else is chosen. */
export async function findFirstPerson(applicationId: string): Promise<FirstPerson | undefined> {
  const { from, where, columns } = await assignmentRows(applicationId, {});
  const order = Prisma.join(columns.map(({ sql }) => sql));
  const [person] = await db.$queryRaw<FirstPerson[]>`
    SELECT u.id AS "userId", u.display_name AS "displayName", u.email
    FROM ${from({ after: where, order, take: 1 })} WHERE ${where} ORDER BY ${order} LIMIT 1`;
  return person;
}
