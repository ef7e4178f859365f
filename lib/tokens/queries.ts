import { boundedCount } from '@/lib/db/bounded-count';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import type { ApiToken } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn, Keyed } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import type { TokenFilter, TokenSort, TokenState } from './schema';
import { type Standing, standingOf, type TokenFacts } from './standing';

/** A token as lists show it; the token itself is known to nobody. */
export interface TokenRow extends Omit<ApiToken, 'tokenHash'>, Standing {
  /** Tokens that it made and that are not revoked. */
  made: number;
  owner: 'installation' | 'person';
  /** The name of the person whose it is; null where it is the installation's, or nobody is left. */
  ownerName: string | null;
}

/** SQL over `api_tokens t` and `users u`, who made it: the same question as {@link standingOf} asks of one, where it has not ended. */
const isAccepted = Prisma.sql`(t.created_by_id IS NULL OR (u.id IS NOT NULL AND u.deleted_at IS NULL AND u.status = 'active'
  AND CASE t.role WHEN 'administrator' THEN u.role = 'administrator' WHEN 'helpdesk' THEN u.role <> 'user' ELSE true END))`;

function stateSql(state: TokenState, at: Date): Prisma.Sql {
  const isGoing = Prisma.sql`t.revoked_at IS NULL AND coalesce(t.expires_at > ${at}, true)`;
  return {
    active: Prisma.sql`${isGoing} AND ${isAccepted}`,
    not_accepted: Prisma.sql`${isGoing} AND NOT ${isAccepted}`,
    expired: Prisma.sql`t.revoked_at IS NULL AND t.expires_at <= ${at}`,
    revoked: Prisma.sql`t.revoked_at IS NOT NULL`,
  }[state];
}

/** As late as a cursor can say; what has no such moment is beyond all that have one. */
const never = Prisma.sql`timestamptz '9999-12-31 00:00:00Z'`;
const byId: KeyColumn = { sql: Prisma.sql`t.id`, type: 'uuid' };

const orders: Record<TokenSort, KeyColumn> = {
  label: { sql: Prisma.sql`(lower(t.label) COLLATE "C")`, type: 'text' },
  created: { sql: Prisma.sql`t.created_at`, type: 'timestamptz' },
  expires: { sql: Prisma.sql`coalesce(t.expires_at, ${never})`, type: 'timestamptz' },
  used: { sql: Prisma.sql`coalesce(t.last_used_at, timestamptz '1970-01-01 00:00:00Z')`, type: 'timestamptz' },
};

/** Those that work first, then the newest: one that works is never behind those that were revoked since. */
const bestFirst: readonly KeyColumn[] = [
  { sql: Prisma.sql`t.rank`, type: 'int' },
  { sql: Prisma.sql`coalesce(t.revoked_at, ${never})`, type: 'timestamptz' },
  { sql: Prisma.sql`t.created_at`, type: 'timestamptz' },
];

/**
 * A page of the tokens of the HTTP API, those that work first, then the newest, unless another order is asked for.
 * @param filter `q`: words that are all in the label, the beginning of the token or who created it
 * @param limit rows at most, 50 unless told
 */
export async function listTokens(filter: Partial<TokenFilter> = {}, limit = 50): Promise<FoundPage<TokenRow>> {
  const at = new Date();
  const where = filter.state ? stateSql(filter.state, at) : Prisma.sql`true`;
  const from = Prisma.sql`api_tokens t LEFT JOIN users u ON u.id = t.created_by_id`;
  const by = filter.sort?.replace(/^-/, '') as TokenSort | undefined;
  const list: SearchedList = {
    q: filter.q,
    // What it is ordered by is asked of the whole: there are as many tokens as people made by hand.
    select: Prisma.sql`SELECT t.* FROM (SELECT t.*, lower(t.label || ' ' || t.created_by_name || ' ' || t.prefix) AS words,
      CASE WHEN ${stateSql('active', at)} THEN 1 ELSE 0 END AS rank FROM ${from} WHERE ${where}) t`,
    as: Prisma.sql`t`,
    where: Prisma.sql`true`,
    words: Prisma.sql`t.words`,
    columns: by ? [orders[by], byId] : [...bestFirst, byId],
    descending: by ? filter.sort?.startsWith('-') === true : true,
  };
  const [page, counted] = await Promise.all([
    search(
      db,
      list,
      { cursor: filter.cursor, limit },
      ({ key, from: rows, order }) => db.$queryRaw<(RawToken & Keyed)[]>`
        SELECT t.id, t.label, t.prefix, t.role::text AS role, t.requests_per_minute AS "requestsPerMinute", t.created_by_id AS "createdById",
          t.created_by_name AS "createdByName", t.created_by_token_id AS "createdByTokenId", t.expires_at AS "expiresAt",
          t.last_used_at AS "lastUsedAt", t.last_used_address AS "lastUsedAddress", t.revoked_at AS "revokedAt", t.created_at AS "createdAt",
          (SELECT count(*) FROM api_tokens m WHERE m.created_by_token_id = t.id AND m.revoked_at IS NULL)::int AS made, ${key}
        FROM ${rows} ORDER BY ${order}`,
    ),
    wordsOf(filter.q).length > 0 ? undefined : boundedCount(db, Prisma.sql`${from} WHERE ${where}`),
  ]);
  return { ...page, ...counted, items: await withStanding(page.items, at) };
}

type RawToken = Omit<ApiToken, 'tokenHash'> & { made: number };

/** What each is at this moment, and whose. */
async function withStanding<Row extends TokenFacts>(rows: readonly Row[], at: Date) {
  const people = await db.user.findMany({
    where: { id: { in: rows.flatMap((row) => row.createdById ?? []) } },
    select: { id: true, displayName: true, role: true, status: true, deletedAt: true, purgedAt: true },
  });
  const byPerson = new Map(people.map((person) => [person.id, person]));
  return rows.map((row) => {
    const person = byPerson.get(row.createdById ?? '');
    return {
      ...row,
      ...standingOf(row, person, at),
      owner: row.createdById === null ? ('installation' as const) : ('person' as const),
      ownerName: person && !person.purgedAt ? person.displayName : null,
    };
  });
}
