import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { columnOf, fromRow, runStatement } from '@/lib/db/statement';
import type { AskedClause } from '@/lib/filters/schema';
import { askedClauses } from '@/lib/filters/sql';
import type { SourceRecord } from '@/lib/mappings/source';
import { applicationUsername } from './application-username';
import { isGranted, passesFilter, storedClauses } from './scope';
import { type Person, userRecord } from './source-record';

/** What names people in an application, beside the usernames that are typed. */
export interface NamingApplication {
  id: string;
  usernameFormat: string;
}

/**
 * Why an application has no place for somebody, the first that is true: neither sign-in nor an active account. `purged`: what
 * was known of them is erased, and their accounts go with it.
 */
export type Absence = 'purged' | 'deleted' | 'suspended' | 'not_granted';

/** How one person stands in one application: what sign-in, provisioning, lists and screens all go by. */
export interface Standing {
  applicationId: string;
  user: Person;
  /** Something lets them in: an associated group, or an assignment. Of who is suspended it is told all the same; a deleted person has no grants. */
  granted: boolean;
  /** Null: they may sign in, and are to have an account unless they are filtered out. */
  absence: Absence | null;
  /** The scoping filter leaves them out, of whatever else: they have no account, and sign in all the same. */
  filteredOut: boolean;
  /** Typed for this one person under Assignments. */
  typedUsername: string | null;
  /** Typed, or as the format makes it; empty where it makes none. */
  applicationUsername: string;
}

/** What lets one person into one application; empty: nothing does. */
export interface Grants {
  direct: boolean;
  /** The associated groups of which the person is a member, directly or through nesting; by name. */
  groups: { id: string; name: string }[];
}

/** What is read besides, for who asks for it. */
export interface StandingParts {
  grants: Grants;
  /** Names of all groups that the person is in, whatever they are associated with. */
  groupNames: string[];
  /** Of those the ones that the person was put in, not those that these are nested in. */
  directGroupNames: string[];
  /** Of who is filtered out: what each clause of the scoping filter says of the person. */
  filter: AskedClause[];
  /** The manager's account over there: what a mapping of the manager sends. */
  managerAccountId: string | null;
}
type Part = keyof StandingParts;

const parts: Readonly<Record<Part, { sql: Prisma.Sql; join?: Prisma.Sql }>> = {
  grants: {
    sql: Prisma.sql`json_build_object(
    'direct', u.deleted_at IS NULL AND coalesce(own.assigned, false),
    'groups', (SELECT coalesce(json_agg(json_build_object('id', g.id, 'name', g.name) ORDER BY g.name, g.id), '[]')
      FROM effective_members e JOIN application_groups ag ON ag.group_id = e.group_id JOIN groups g ON g.id = e.group_id
      WHERE e.user_id = u.id AND ag.application_id = a.id AND u.deleted_at IS NULL))`,
  },
  groupNames: {
    sql: Prisma.sql`ARRAY(SELECT g.name FROM effective_members e JOIN groups g ON g.id = e.group_id
    WHERE e.user_id = u.id AND u.deleted_at IS NULL ORDER BY lower(g.name), g.id)`,
  },
  directGroupNames: {
    sql: Prisma.sql`ARRAY(SELECT g.name FROM effective_members e JOIN groups g ON g.id = e.group_id
    WHERE e.user_id = u.id AND e.direct AND u.deleted_at IS NULL ORDER BY lower(g.name), g.id)`,
  },
  // Clause by clause only of who is left out.
  filter: {
    sql: Prisma.sql`CASE WHEN ${passesFilter('user', Prisma.sql`a.id`)} THEN '[]'::json
      ELSE ${askedClauses('user', storedClauses('user', Prisma.sql`a.id`))} END`,
  },
  // Links belong to provisioning, which imports this room; but they are a table, and the engine asks in one statement. Joined,
  // because many have one manager, whose account is read once then.
  managerAccountId: {
    sql: Prisma.sql`m.remote_id`,
    join: Prisma.sql`LEFT JOIN user_links m ON m.application_id = a.id AND m.user_id = u.manager_id`,
  },
};

/** Everything of `users` but the password, and what searches are made in. */
const personColumns = Object.keys(Prisma.UserScalarFieldEnum)
  .filter((key) => key !== 'passwordHash')
  .map(columnOf);

export interface AskedStandings<P extends Part> {
  applications: readonly NamingApplication[];
  userIds: readonly string[];
  parts?: readonly P[];
}

/**
 * How each of these people stands in each of these applications, in one statement however many: many people of one
 * application, or one person in many. Who is not in the database is left out.
 * Whether one person is let in is asked here alone; whoever asks for everybody who is let in asks `scope.ts`, of the same tables.
 * @param now what formats are evaluated at
 */
export async function readStandings<P extends Part = never>(
  tx: Tx,
  { applications, userIds, parts: wanted = [] }: AskedStandings<P>,
  now: Date,
): Promise<(Standing & Pick<StandingParts, P>)[]> {
  if (applications.length === 0 || userIds.length === 0) return [];
  const formats = new Map(applications.map(({ id, usernameFormat }) => [id, usernameFormat]));
  const rows = await readRows(tx, [...formats.keys()], userIds, wanted);
  return rows.map((row) => toStanding(row, wanted, formats.get(row.applicationId) ?? '', now));
}

/**
 * SQL of one person in one application, for a statement that reads more than that: the columns that {@link toStanding} makes a standing
 * of, over `u` (users), `a` (with the application's `id`) and `own`, which {@link ownAssignment} joins. Where there is no
 * person, `id` is null.
 * @param asksFilter false for who signs somebody in, for whom the scoping filter says nothing: `filteredOut` is not asked then
 */
export function standingColumns(wanted: readonly Part[], asksFilter = true): Prisma.Sql {
  const more = wanted.map((part) => Prisma.sql`, ${parts[part].sql} AS ${Prisma.raw(`"${part}"`)}`);
  return Prisma.sql`${Prisma.raw(personColumns.map((column) => `u.${column}`).join(', '))}, a.id AS "applicationId",
      (u.deleted_at IS NULL AND ${isGranted(Prisma.sql`a.id`, Prisma.sql`own.assigned`)}) AS "isGranted",
      ${asksFilter ? Prisma.sql`NOT ${passesFilter('user', Prisma.sql`a.id`)}` : Prisma.sql`false`} AS "isFilteredOut", own.application_username AS "typedUsername"
      ${all(more)}`;
}

/** SQL: joins what {@link standingColumns} asks of. */
export const ownAssignment = Prisma.sql`LEFT JOIN application_users own ON own.application_id = a.id AND own.user_id = u.id`;

/** A row of {@link standingColumns}. @param usernameFormat of the application @param now what it is evaluated at */
export function toStanding<P extends Part>(
  row: StandingRow,
  wanted: readonly P[],
  usernameFormat: string,
  now: Date,
): Standing & Pick<StandingParts, P> {
  const { applicationId, isGranted: granted, isFilteredOut: filteredOut, typedUsername, ...columns } = row;
  const read = Object.fromEntries(wanted.map((part) => [part, columns[part]])) as Pick<StandingParts, P>;
  const user = fromRow<Person>(Object.fromEntries(personColumns.map((column) => [column, columns[column]])));
  const absence = absenceOf(user, granted);
  const standing = { applicationId, user, granted, absence, filteredOut, typedUsername };
  return { ...standing, applicationUsername: applicationUsername(usernameFormat, user, typedUsername, now), ...read };
}

/** {@link readStandings} of people in one application, by their ids. */
export async function readStandingsIn<P extends Part = never>(
  tx: Tx,
  application: NamingApplication,
  { userIds, parts: wanted }: Omit<AskedStandings<P>, 'applications'>,
  now: Date,
): Promise<Map<string, Standing & Pick<StandingParts, P>>> {
  const asked = { applications: [application], userIds, ...(wanted ? { parts: wanted } : {}) };
  return new Map((await readStandings(tx, asked, now)).map((standing) => [standing.user.id, standing]));
}

/** The person as formats, mappings and attribute statements read them in that application. */
export function standingRecord({ user, applicationUsername: name }: Standing): SourceRecord {
  return userRecord(user, name, user.status === 'active' && !user.deletedAt);
}

function absenceOf(user: Person, granted: boolean): Absence | null {
  if (user.purgedAt) return 'purged';
  if (user.deletedAt) return 'deleted';
  if (user.status === 'suspended') return 'suspended';
  return granted ? null : 'not_granted';
}

export interface StandingRow extends Record<string, unknown> {
  applicationId: string;
  isGranted: boolean;
  isFilteredOut: boolean;
  typedUsername: string | null;
}

const all = (sqls: Prisma.Sql[]) => (sqls.length > 0 ? Prisma.join(sqls, ' ') : Prisma.empty);

function readRows(tx: Tx, applicationIds: string[], userIds: readonly string[], wanted: readonly Part[]) {
  // Of one application the planner is told as of a parameter: what is kept of a pair is then found as by its key.
  const [one, ...others] = applicationIds;
  const asked =
    others.length > 0
      ? Prisma.sql`unnest(${applicationIds}::uuid[]) AS a(id)`
      : Prisma.sql`(SELECT ${one}::uuid AS id) a`;
  const sql = Prisma.sql`
    SELECT ${standingColumns(wanted)}
    FROM ${asked} CROSS JOIN users u
    ${ownAssignment}
    ${all(wanted.flatMap((part) => parts[part].join ?? []))}
    WHERE u.id = ANY (${[...userIds]}::uuid[])`;
  if (tx !== db) return tx.$queryRaw<StandingRow[]>(sql);
  const name = [others.length > 0 ? 'standings' : 'standings-in', ...wanted].join('-');
  return runStatement<StandingRow>({ name, text: sql.text }, sql.values);
}
