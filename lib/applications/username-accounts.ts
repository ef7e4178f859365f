import { linkStatesThat, listed } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

// Links and accounts as read belong to provisioning, which imports this room; but they are tables, and names are judged by them.

const isTheirs = Prisma.sql`l.remote_id IS NOT NULL AND l.state NOT IN ${Prisma.raw(listed(linkStatesThat.areOver))}`;
/** Values that were sent are kept by target path: the names of plain attributes are those of a resource. */
const nameOf = (column: 'last_sent' | 'last_read') =>
  Prisma.raw(`(SELECT value #>> '{}' FROM jsonb_each(CASE jsonb_typeof(l.${column}) WHEN 'object' THEN l.${column} END)
    WHERE lower(key) = 'username' LIMIT 1)`);

/**
 * userName of the accounts of these people over there, by person; who has none that we manage is left out.
 * @param by `sent`: as the application last accepted it from us, as the engine compares; `read`: as it was last read
 */
export async function readAccountNames(
  tx: Tx,
  applicationId: string,
  userIds: readonly string[],
  by: 'sent' | 'read',
): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map();
  const [first, second] = [nameOf('last_sent'), nameOf('last_read')];
  const name = by === 'sent' ? Prisma.sql`coalesce(${first}, ${second})` : Prisma.sql`coalesce(${second}, ${first})`;
  const rows = await tx.$queryRaw<{ userId: string; name: string | null }[]>`
    SELECT l.user_id AS "userId", ${name} AS name FROM user_links l
    WHERE l.application_id = ${applicationId}::uuid AND l.user_id = ANY (${[...userIds]}::uuid[]) AND ${isTheirs}`;
  return new Map(rows.flatMap((row) => (row.name ? [[row.userId, row.name]] : [])));
}

/** Accounts over there, as they were read last, that have one of these names (folded) and belong to nobody here: folded name → userName. */
export async function findUnclaimedAccounts(
  tx: Tx,
  applicationId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ name: string; userName: string }[]>`
    SELECT r.user_name_folded AS name, r.user_name AS "userName" FROM remote_accounts r
    WHERE r.application_id = ${applicationId}::uuid AND r.user_name_folded = ANY (${[...names]}::text[])
      AND NOT EXISTS (SELECT FROM user_links l WHERE l.application_id = r.application_id AND l.remote_id = r.remote_id)`;
  return new Map(rows.map(({ name, userName }) => [name, userName]));
}
