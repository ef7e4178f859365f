import { linkStatesThat } from '@/lib/core/states';
import { Prisma } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';

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
