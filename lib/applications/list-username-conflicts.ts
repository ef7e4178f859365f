import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { usernameNaming } from './naming';
import { grantedUsers } from './scope';
import { settleNames } from './settle-names';
import { readStandingsIn } from './standings';

/** People in scope of one application who have one application username. */
export interface UsernameConflict {
  application: { id: string; displayLabel: string };
  people: { id: string; displayName: string; username: string; email: string; applicationUsername: string | null }[];
}

type Application = { id: string; displayLabel: string; usernameFormat: string };

/** Names that are looked at in one application: more than that is a format that names nobody, which a few show as well. */
const namesAtMost = 200;
/** People of one name that are looked at, and in one application: enough to show whom it is about. */
const peopleAtMost = 50;
const rowsAtMost = 2_000;

/**
 * Application usernames that two people in scope have: by the format, as typed, or one by each. Names that accounts have
 * over there are not looked at: whoever would get such an account is told so with the account (DuplicateSourceEntries).
 * @param applicationId only there; absent: in all applications
 */
export async function listUsernameConflicts(applicationId?: string): Promise<UsernameConflict[]> {
  const applications = await db.application.findMany({
    // A bookmark signs nobody in, by whatever name.
    where: { kind: 'saml', ...(applicationId ? { id: applicationId } : {}) },
    select: { id: true, displayLabel: true, usernameFormat: true },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
  });
  const namings = new Map(
    applications.map(({ usernameFormat }) => usernameNaming(usernameFormat)).map((naming) => [naming.id, naming]),
  );
  await settleNames([...namings.values()]);
  const shared = await sharedNames([...namings.keys()]);
  const typing = new Set(await applicationsWithTyped(applications.map(({ id }) => id)));
  const found: UsernameConflict[] = [];
  for (const application of applications) {
    const names = shared.get(usernameNaming(application.usernameFormat).id) ?? [];
    // Two people have one name by the format, or one of them has it typed: else there is nothing to look for.
    if (names.length > 0 || typing.has(application.id)) found.push(...(await conflictsIn(application, names)));
  }
  return found;
}

/** Those of the applications in which somebody has a username of their own. */
async function applicationsWithTyped(applicationIds: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM unnest(${[...applicationIds]}::uuid[]) AS a(id)
    WHERE EXISTS (SELECT 1 FROM application_users t
      WHERE t.application_id = a.id AND t.application_username_folded IS NOT NULL)`;
  return rows.map((row) => row.id);
}

/** Names that a naming gives to several people, whoever they are: a trigger keeps them (migration 0023). */
async function sharedNames(namingIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ namingId: string; names: string[] }[]>`
    SELECT naming_id AS "namingId", ARRAY(SELECT name FROM shared_names s WHERE s.naming_id = n.naming_id
      ORDER BY name LIMIT ${namesAtMost}) AS names
    FROM unnest(${[...namingIds]}::uuid[]) AS n(naming_id)`;
  return new Map(rows.map((row) => [row.namingId, row.names]));
}

/** @param shared names that several people have by the format, whether they are in scope or not */
async function conflictsIn(application: Application, shared: readonly string[]): Promise<UsernameConflict[]> {
  const { id, displayLabel } = application;
  const named = peopleByName(application, shared);
  const several = await db.$queryRaw<{ name: string }[]>`
    ${named} SELECT name FROM named GROUP BY name HAVING count(*) > 1 LIMIT ${namesAtMost}`;
  if (several.length === 0) return [];
  const rows = await db.$queryRaw<{ name: string; userId: string }[]>`
    ${named}
    SELECT name, user_id AS "userId" FROM (
      SELECT n.name, n.user_id, row_number() OVER (PARTITION BY n.name ORDER BY n.user_id) AS place,
        count(*) OVER (PARTITION BY n.name) AS people
      FROM named n JOIN (${grantedUsers(id)}) granted ON granted.user_id = n.user_id
      JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
      WHERE n.name = ANY (${several.map((row) => row.name)}::text[])) AS ranked
    WHERE people > 1 AND place <= ${peopleAtMost} ORDER BY name, user_id LIMIT ${rowsAtMost}`;
  const known = await readStandingsIn(db, application, { userIds: rows.map((row) => row.userId) }, now());
  const byName = new Map<string, UsernameConflict['people']>();
  for (const { name, userId } of rows) {
    const standing = known.get(userId);
    if (!standing) continue;
    const { displayName, username, email } = standing.user;
    const person = { id: userId, displayName, username, email, applicationUsername: standing.typedUsername };
    byName.set(name, [...(byName.get(name) ?? []), person]);
  }
  return [...byName.values()].flatMap((sharing) =>
    sharing.length > 1 ? [{ application: { id, displayLabel }, people: sharing }] : [],
  );
}

/** SQL that begins a query: `named`, a row for each person and their name in the application, as far as it may be shared. */
function peopleByName({ id, usernameFormat }: Application, shared: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    WITH typed AS MATERIALIZED (
      SELECT user_id, application_username_folded AS name FROM application_users
      WHERE application_id = ${id}::uuid AND application_username_folded IS NOT NULL
    ), named AS (
      SELECT name, user_id FROM typed
      UNION ALL
      SELECT c.name, c.user_id FROM computed_names c
      WHERE c.naming_id = ${usernameNaming(usernameFormat).id}::uuid
        AND (c.name = ANY (${[...shared]}::text[]) OR c.name IN (SELECT name FROM typed))
        AND NOT EXISTS (SELECT 1 FROM typed t WHERE t.user_id = c.user_id))`;
}
