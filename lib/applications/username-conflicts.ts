import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { runStatement } from '@/lib/db/statement';
import { type Naming, usernameNaming } from './naming';
import { grantedAmong, grantedUsers } from './scope';
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

/** The same inside a transaction that writes such names: from what is known so far, without bringing it up to date. */
export async function findNameHoldersIn(
  tx: Tx,
  application: Application,
  wanted: readonly Wanted[],
): Promise<Map<string, NameHolder[]>> {
  if (wanted.length === 0) return new Map();
  const { found } = await lookUp(tx, application, wanted);
  return holdersOf(tx, application, wanted, found);
}

/** Somebody else of a wanted name, whether in scope or not. */
interface Found {
  wantedBy: string;
  namingId: string;
  userId: string;
  byAccount: boolean;
}

/** Candidates that are looked at one by one; a name that even more people have is looked at as a whole. */
const candidatesAtMost = 1_000;

async function lookUp(tx: Tx, application: Application, wanted: readonly Wanted[]) {
  const namingIds = [...new Set(wanted.map(({ naming }) => naming.id))];
  const query = Prisma.sql`
    SELECT s.settled, f.wanted_by AS "wantedBy", f.naming_id AS "namingId", f.user_id AS "userId", f.by_account AS "byAccount"
    FROM (SELECT NOT EXISTS (SELECT 1 FROM stale_names)
      AND (SELECT count(*) FROM namings WHERE complete AND id = ANY (${namingIds}::uuid[])) = ${namingIds.length} AS settled) s
    LEFT JOIN (
      SELECT w.user_id AS wanted_by, w.naming_id, o.* FROM ${wantedRows(wanted)} AS w(user_id uuid, naming_id uuid, name text)
      CROSS JOIN LATERAL (${othersOf(application, Prisma.sql`true`)} LIMIT ${candidatesAtMost}) o) f ON true`;
  type Row = Found & { settled: boolean };
  // The engine asks it for every handful of people: planned once, and past Prisma.
  const rows =
    tx === db
      ? await runStatement<Row>({ name: 'holders-of-names', text: query.text }, query.values)
      : await tx.$queryRaw<Row[]>(query);
  return { settled: rows[0]?.settled ?? false, found: rows.filter((row) => row.userId !== null) };
}

const wantedRows = (wanted: readonly Wanted[]) =>
  Prisma.sql`jsonb_to_recordset(${JSON.stringify(
    wanted.map(({ userId, naming, name }) => ({ user_id: userId, naming_id: naming.id, name })),
  )}::jsonb)`;

/**
 * SQL: `user_id` and `by_account` of everybody else of the name that a row `w` wants. Whoever has a typed username is not
 * known by the format's. @param inScope what has to be true of `u.id`, unless it is by an account
 */
function othersOf({ id, usernameFormat }: Application, inScope: Prisma.Sql): Prisma.Sql {
  const username = usernameNaming(usernameFormat).id;
  return Prisma.sql`
    SELECT l.user_id, true AS by_account FROM user_links l
    WHERE w.naming_id = ${username}::uuid AND l.application_id = ${id}::uuid AND l.account_name = w.name
      AND l.user_id <> w.user_id AND l.remote_id IS NOT NULL AND l.state <> 'deleted'
    UNION ALL
    SELECT t.user_id, false FROM application_users t JOIN users u ON u.id = t.user_id AND u.deleted_at IS NULL
    WHERE w.naming_id = ${username}::uuid AND t.application_id = ${id}::uuid AND t.application_username_folded = w.name
      AND t.user_id <> w.user_id AND ${inScope}
    UNION ALL
    SELECT c.user_id, false FROM computed_names c JOIN users u ON u.id = c.user_id AND u.deleted_at IS NULL
    WHERE c.naming_id = w.naming_id AND c.name = w.name AND c.user_id <> w.user_id AND ${inScope}
      AND (w.naming_id <> ${username}::uuid OR NOT EXISTS (SELECT 1 FROM application_users t
        WHERE t.application_id = ${id}::uuid AND t.user_id = c.user_id AND t.application_username IS NOT NULL))`;
}

/** What is kept of one person's names in an application. */
export interface KeptNames {
  /** Names are up to date: by these namings, and of everybody. */
  settled: boolean;
  /** The application username: the one that was typed, where one was. */
  username: string | null;
  /** What NameID is made of, where that is something else. */
  nameId: string | null;
  /** Somebody else may have one of them, in scope or not, or an account has. */
  shared: boolean;
}

/**
 * SQL of a {@link KeptNames} of `u` in the application `a`, with `own` joined (lib/applications/standings.ts): for who would ask
 * {@link findNameHolders} of one person, and has no need to where names are settled, are those that are wanted, and are not shared.
 * @param username SQL, the id of the application username's naming @param nameId SQL, that of NameID's, where it has one
 */
export function keptNames(username: Prisma.Sql, nameId: Prisma.Sql | undefined): Prisma.Sql {
  const namings = nameId ? [username, nameId] : [username];
  const computed = (naming: Prisma.Sql) =>
    Prisma.sql`(SELECT c.name FROM computed_names c WHERE c.naming_id = ${naming} AND c.user_id = u.id)`;
  const complete = namings.map((naming) => Prisma.sql`(SELECT g.complete FROM namings g WHERE g.id = ${naming})`);
  // Kept by triggers, so that nobody has to be looked for (migration 0023).
  const sharedBy = (naming: Prisma.Sql, name: Prisma.Sql) =>
    Prisma.sql`EXISTS (SELECT 1 FROM shared_names n WHERE n.naming_id = ${naming} AND n.name = ${name})`;
  return Prisma.sql`(SELECT json_build_object('username', w.username, 'nameId', w.name_id,
      'settled', NOT EXISTS (SELECT 1 FROM stale_names) AND coalesce(${Prisma.join(complete, ' AND ')}, false),
      'shared', ${sharedBy(username, Prisma.sql`w.username`)}${nameId ? Prisma.sql` OR ${sharedBy(nameId, Prisma.sql`w.name_id`)}` : Prisma.empty}
        OR EXISTS (SELECT 1 FROM application_users t
          WHERE t.application_id = a.id AND t.application_username_folded = w.username AND t.user_id <> u.id)
        OR (own.application_username IS NOT NULL AND EXISTS (SELECT 1 FROM computed_names c
          WHERE c.naming_id = ${username} AND c.name = w.username AND c.user_id <> u.id))
        OR EXISTS (SELECT 1 FROM user_links l WHERE l.application_id = a.id AND l.account_name = w.username AND l.user_id <> u.id))
    FROM (SELECT CASE WHEN own.application_username IS NULL THEN ${computed(username)} ELSE own.application_username_folded END AS username,
      ${nameId ? computed(nameId) : Prisma.sql`NULL::text`} AS name_id OFFSET 0) w)`;
}

/**
 * Whether it is known without asking further that nobody else has any of these names.
 * @param username the application username @param nameId what NameID is made of, where that has a naming of its own
 */
export function areNobodyElses(kept: KeptNames, username: Wanted, nameId: Wanted | undefined): boolean {
  const isKept = (wanted: string, name: string | null) => wanted === '' || wanted === name;
  const isNameId = nameId === undefined || isKept(nameId.name, kept.nameId);
  return kept.settled && !kept.shared && isKept(username.name, kept.username) && isNameId;
}

/** Of those who were found, who counts: in scope, or with an account. */
async function holdersOf(
  tx: Tx,
  application: Application,
  wanted: readonly Wanted[],
  found: readonly Found[],
): Promise<Map<string, NameHolder[]>> {
  if (found.length === 0) return new Map();
  const counting =
    found.length < candidatesAtMost ? await inScope(tx, application, found) : await exactly(tx, application, wanted);
  const firstOf = new Map<string, Found[]>();
  for (const row of counting) {
    const known = firstOf.get(row.wantedBy) ?? [];
    const again = known.some((other) => other.userId === row.userId);
    if (!again && known.length < shownAtMost) firstOf.set(row.wantedBy, [...known, row]);
  }
  const ids = [...new Set([...firstOf.values()].flat().map((row) => row.userId))];
  const people = await tx.user.findMany({
    where: { id: { in: ids } },
    select: { id: true, displayName: true, username: true, email: true },
  });
  const known = new Map(people.map(({ id, ...person }) => [id, person]));
  return new Map(
    [...firstOf].map(([userId, rows]) => [
      userId,
      rows.flatMap(({ userId: id, byAccount }) => {
        const person = known.get(id);
        return person ? [{ userId: id, ...person, byAccount }] : [];
      }),
    ]),
  );
}

/** Those who are in scope come before accounts, so that somebody with both is named as a person. */
async function inScope(tx: Tx, application: Application, found: readonly Found[]): Promise<Found[]> {
  const granted = await grantedAmong(tx, application.id, [...new Set(found.map((row) => row.userId))]);
  return [...found.filter((row) => !row.byAccount && granted.has(row.userId)), ...found.filter((row) => row.byAccount)];
}

/** The same for names that many have: everybody in scope is told first. */
function exactly(tx: Tx, application: Application, wanted: readonly Wanted[]): Promise<Found[]> {
  return tx.$queryRaw<Found[]>`
    WITH granted AS MATERIALIZED (${grantedUsers(application.id)})
    SELECT w.user_id AS "wantedBy", w.naming_id AS "namingId", o.user_id AS "userId", o.by_account AS "byAccount"
    FROM ${wantedRows(wanted)} AS w(user_id uuid, naming_id uuid, name text)
    CROSS JOIN LATERAL (
      ${othersOf(application, Prisma.sql`u.id IN (SELECT user_id FROM granted)`)} LIMIT ${shownAtMost + 1}) o`;
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
