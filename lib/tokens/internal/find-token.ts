import type { Tx } from '@/lib/db/client';
import type { Role, UserStatus } from '@/lib/db/generated/enums';
import { runStatement, type Statement } from '@/lib/db/statement';
import { type Standing, standingOf, type TokenFacts } from '../standing';

export interface FoundToken extends TokenFacts, Standing {
  id: string;
  label: string;
  requestsPerMinute: number;
  lastUsedAt: Date | null;
}

interface Row extends Omit<FoundToken, keyof Standing> {
  /** Null: no row is left of the person. */
  displayName: string | null;
  personRole: Role;
  status: UserStatus;
  deletedAt: Date | null;
  purgedAt: Date | null;
}

/** A token with the person whose it is, as both are at this moment, in one statement. */
export async function findToken(tx: Tx, { id }: { id: string }): Promise<FoundToken | undefined> {
  const [row] = await tx.$queryRawUnsafe<Row[]>(textOf('t.id = $1::uuid'), id);
  return row && toFound(row);
}

/** The same by its hash, which every request of the API asks for. */
export async function findTokenByHash(tokenHash: string): Promise<FoundToken | undefined> {
  const [row] = await runStatement<Row>(byHash, [tokenHash]);
  return row && toFound(row);
}

function textOf(wanted: string): string {
  return `
    SELECT t.id, t.label, t.role::text AS role, t.requests_per_minute AS "requestsPerMinute", t.last_used_at AS "lastUsedAt",
      t.revoked_at AS "revokedAt", t.expires_at AS "expiresAt",
      t.created_by_id AS "createdById", t.created_by_name AS "createdByName",
      u.display_name AS "displayName", u.role::text AS "personRole", u.status::text AS status,
      u.deleted_at AS "deletedAt", u.purged_at AS "purgedAt"
    FROM api_tokens t LEFT JOIN users u ON u.id = t.created_by_id WHERE ${wanted}`;
}

const byHash: Statement = { name: 'find-token', text: textOf('t.token_hash = $1') };

function toFound(row: Row): FoundToken {
  const { displayName, personRole, status, deletedAt, purgedAt, ...token } = row;
  const person = displayName === null ? undefined : { displayName, role: personRole, status, deletedAt, purgedAt };
  return { ...token, ...standingOf(token, person, new Date()) };
}
