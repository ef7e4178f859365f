import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { assignmentRows } from './assignment-rows';
import { personColumns } from './sql';

export interface FirstPerson {
  userId: string;
  displayName: string;
  email: string;
}

/** The first of an application's people by name: whom a mapping is previewed for until somebody else is chosen. */
export async function findFirstPerson(applicationId: string): Promise<FirstPerson | undefined> {
  const { from, where } = await assignmentRows(applicationId, {});
  const [person] = await db.$queryRaw<FirstPerson[]>`
    SELECT u.id AS "userId", u.display_name AS "displayName", u.email
    FROM ${from} WHERE ${where} ORDER BY ${Prisma.join(personColumns.map(({ sql }) => sql))} LIMIT 1`;
  return person;
}
