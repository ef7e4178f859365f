import { search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import type { Keyed } from '@/lib/db/keyset';
import { assignmentRows } from './assignment-rows';

export interface FirstPerson {
  userId: string;
  displayName: string;
  email: string;
}

/** The first of an application's people by name: whom a mapping is previewed for until somebody else is chosen. */
export async function findFirstPerson(applicationId: string): Promise<FirstPerson | undefined> {
  const { items } = await search(
    db,
    assignmentRows(applicationId, {}),
    { cursor: undefined, limit: 1 },
    ({ key, from, order }) => db.$queryRaw<(FirstPerson & Keyed)[]>`
    SELECT u.id AS "userId", p.display_name AS "displayName", p.email, ${key} FROM ${from} JOIN users p ON p.id = u.id ORDER BY ${order}`,
  );
  return items[0];
}
