import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Naming, usernameNaming } from './naming';
import { grantedAmong } from './scope';
import { settleNames } from './settle-names';

/** Somebody else of the same name. */
export interface NameHolder {
  userId: string;
  displayName: string;
  username: string;
  email: string;
  /** By an account that is theirs in the application, whatever their application username is now. */
  byAccount: boolean;
}

interface Application {
  id: string;
  usernameFormat: string;
}

/** A name that somebody is about to be known by in an application: folded (storedName), by the naming that made it. */
export interface Wanted {
  userId: string;
  naming: Naming;
  name: string;
}

/** Others are named in words, and so many of them at most. */
const shownAtMost = 5;

/**
 * Who else has a name in an application: in scope, with the same name by format or as typed; or with an account there of
 * that name, in scope or not, because whoever signs in by it would get that account. Names are brought up to date first.
 * One indexed read where nobody has (and nobody changed just now).
 * @returns for each person whose name is somebody else's too, those others; nobody else is in it
 */
export async function findNameHolders(
  application: Application,
  wanted: readonly Wanted[],
): Promise<Map<string, NameHolder[]>> {
  const named = wanted.filter(({ name }) => name !== '');
  if (named.length === 0) return new Map();
  let { settled, found } = await lookUp(db, application, named);
  if (!settled) {
    const namings = new Map(named.map(({ naming }) => [naming.id, naming]));
    await settleNames([...namings.values()]);
    ({ found } = await lookUp(db, application, named));
  }
  return holdersOf(db, application, named, found);
}

/** The same inside a transaction that writes such a name: from what is known so far, without bringing it up to date. */
export async function findNameHoldersIn(tx: Tx, application: Application, wanted: Wanted): Promise<NameHolder[]> {
  const { found } = await lookUp(tx, application, [wanted]);
  return (await holdersOf(tx, application, [wanted], found)).get(wanted.userId) ?? [];
}

interface Found {
  namingId: string;
  name: string;
  userId: string;
  byAccount: boolean;
}

/** Everybody of one of these names, themselves included, whether in scope or not. */
async function lookUp(tx: Tx, application: Application, wanted: readonly Wanted[]) {
  const username = usernameNaming(application.usernameFormat).id;
  const names = wanted.map(({ userId, naming, name }) => ({ user_id: userId, naming_id: naming.id, name }));
  const namingIds = [...new Set(wanted.map(({ naming }) => naming.id))];
  const rows = await tx.$queryRaw<(Found & { settled: boolean })[]>`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(names)}::jsonb) AS w(user_id uuid, naming_id uuid, name text)
    ), found AS (
      SELECT w.naming_id, w.name, c.user_id, false AS by_account FROM wanted w
      JOIN computed_names c ON c.naming_id = w.naming_id AND c.name = w.name AND c.user_id <> w.user_id
      WHERE w.naming_id <> ${username}::uuid OR NOT EXISTS (${typed(application.id, Prisma.sql`t.user_id = c.user_id`)})
      UNION
      SELECT w.naming_id, w.name, t.user_id, false FROM wanted w
      JOIN application_users t ON t.application_id = ${application.id}::uuid AND t.application_username_folded = w.name
        AND t.user_id <> w.user_id
      WHERE w.naming_id = ${username}::uuid
      UNION
      SELECT w.naming_id, w.name, l.user_id, true FROM wanted w
      JOIN user_links l ON l.application_id = ${application.id}::uuid AND l.account_name = w.name AND l.user_id <> w.user_id
        AND l.remote_id IS NOT NULL AND l.state <> 'deleted'
      WHERE w.naming_id = ${username}::uuid)
    SELECT s.settled, f.naming_id AS "namingId", f.name, f.user_id AS "userId", f.by_account AS "byAccount"
    FROM (SELECT NOT EXISTS (SELECT 1 FROM stale_names)
      AND (SELECT count(*) FROM namings WHERE complete AND id = ANY (${namingIds}::uuid[])) = ${namingIds.length} AS settled) s
    LEFT JOIN found f ON true`;
  return { settled: rows[0]?.settled ?? false, found: rows.filter((row) => row.userId !== null) };
}

/** SQL: somebody for whom a username is typed in the application. */
function typed(applicationId: string, who: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT 1 FROM application_users t
    WHERE t.application_id = ${applicationId}::uuid AND t.application_username IS NOT NULL AND ${who}`;
}

/** Of those who were found, who counts: in scope, or with an account. */
async function holdersOf(
  tx: Tx,
  application: Application,
  wanted: readonly Wanted[],
  found: readonly Found[],
): Promise<Map<string, NameHolder[]>> {
  if (found.length === 0) return new Map();
  const ids = [...new Set(found.map((row) => row.userId))];
  const granted = await grantedAmong(tx, application.id, ids);
  const people = await tx.user.findMany({
    where: { id: { in: ids } },
    select: { id: true, displayName: true, username: true, email: true, deletedAt: true },
    orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
  });
  const holders = new Map<string, NameHolder[]>();
  for (const { userId, naming, name } of wanted) {
    const same = found.filter((row) => row.namingId === naming.id && row.name === name && row.userId !== userId);
    const others = people.flatMap(({ id, deletedAt, ...person }): NameHolder[] => {
      const rows = same.filter((row) => row.userId === id);
      const inScope = rows.some((row) => !row.byAccount) && granted.has(id) && deletedAt === null;
      const counts = inScope || rows.some((row) => row.byAccount);
      return counts ? [{ userId: id, ...person, byAccount: !inScope }] : [];
    });
    if (others.length > 0) holders.set(userId, [...(holders.get(userId) ?? []), ...others].slice(0, shownAtMost));
  }
  return holders;
}

/** In words, for administrators: whose else the name is. @param name as it is shown */
export function describeHolders(name: string, holders: readonly NameHolder[]): string {
  const people = holders.map(({ displayName, username, email, byAccount }) => {
    const who = `${displayName} (${username === email ? email : `${username}, ${email}`})`;
    return byAccount ? `the account of ${who}` : who;
  });
  return `“${name}” is the application username of ${listed(people)} too.`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
