import { linkStatesThat } from '@/lib/core/states';
import { Prisma } from '@/lib/db/generated/client';
import { containing } from '@/lib/db/search';
import { inStates } from '@/lib/db/states';
import { personNames } from '@/lib/directory/person-sql';

/** SQL over `user_links l`: an import linked it, and nothing was sent since: it is managed once the person is in scope. */
export const neverManaged = Prisma.sql`l.state IN ${inStates(linkStatesThat.wereNeverManaged)}`;

/** SQL over `user_links l`: there is an account, it is active as far as we know, and it is ours to deactivate. */
export const managesAccount = Prisma.sql`
  (l.remote_id IS NOT NULL AND l.state NOT IN ${inStates(linkStatesThat.manageNothing)}
    AND NOT ${neverManaged})`;

/** SQL: states of a link in which a person has to do something. */
export const failingStates = inStates(linkStatesThat.fail);

/** SQL: the sort key of people in lists. */
export const personKey = Prisma.sql`(lower(u.lastname || ' ' || u.firstname || ' ' || u.display_name) COLLATE "C")`;

/** SQL: every word is found in a person's names. */
export function matchesPerson(q: string | undefined): Prisma.Sql {
  return Prisma.join([Prisma.sql`true`, ...containing(personNames, q)], ' AND ');
}
