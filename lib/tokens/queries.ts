import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { escapeLike, wordsOf } from '@/lib/db/search';
import type { TokenFilter, TokenSort, TokenState } from './schema';
import { standingOf, type TokenFacts } from './standing';

const containing = (words: string | undefined) =>
  wordsOf(words).map((word) => ({ contains: escapeLike(word), mode: 'insensitive' as const }));

const orders: Record<TokenSort, (direction: 'asc' | 'desc') => Prisma.ApiTokenOrderByWithRelationInput> = {
  label: (direction) => ({ label: direction }),
  created: (direction) => ({ createdAt: direction }),
  expires: (direction) => ({ expiresAt: { sort: direction, nulls: direction === 'asc' ? 'last' : 'first' } }),
  used: (direction) => ({ lastUsedAt: { sort: direction, nulls: direction === 'asc' ? 'first' : 'last' } }),
};

/** SQL over `api_tokens t`: not accepted, whatever else it is; the same question as `standingOf` asks of one. */
async function idsNotAccepted(): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM api_tokens t LEFT JOIN users u ON u.id = t.created_by_id
    WHERE t.created_by_id IS NOT NULL AND t.revoked_at IS NULL AND (
      u.id IS NULL OR u.deleted_at IS NOT NULL OR u.status <> 'active'
      OR (CASE t.role WHEN 'administrator' THEN u.role <> 'administrator' WHEN 'helpdesk' THEN u.role = 'user' ELSE false END))`;
  return rows.map(({ id }) => id);
}

/**
 * Tokens of the HTTP API, those that work first, then the newest; 500 at most. The tokens themselves are known to nobody.
 * @param filter `q`: words that are all in the label, the beginning of the token or who created it
 */
export async function listTokens(filter: TokenFilter = {}) {
  const at = new Date();
  // Said both ways: NOT leaves those out that have no end.
  const ended = { expiresAt: { lte: at } };
  const going = { OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] };
  const notAccepted = filter.state === 'active' || filter.state === 'not_accepted' ? await idsNotAccepted() : [];
  const states: Record<TokenState, Prisma.ApiTokenWhereInput> = {
    active: { revokedAt: null, ...going, id: { notIn: notAccepted } },
    not_accepted: { revokedAt: null, ...going, id: { in: notAccepted } },
    expired: { revokedAt: null, ...ended },
    revoked: { revokedAt: { not: null } },
  };
  const sort = filter.sort?.replace(/^-/, '') as TokenSort | undefined;
  const rows = await db.apiToken.findMany({
    omit: { tokenHash: true },
    include: { _count: { select: { createdTokens: { where: { revokedAt: null } } } } },
    where: {
      AND: [
        filter.state ? states[filter.state] : {},
        ...containing(filter.q).map((word) => ({
          OR: [{ label: word }, { createdByName: word }, { prefix: word }],
        })),
      ],
    },
    // Not by date alone: however many were revoked since, one that works is never beyond the limit.
    orderBy: sort
      ? [orders[sort](filter.sort?.startsWith('-') ? 'desc' : 'asc'), { id: 'desc' }]
      : [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }, { id: 'desc' }],
    take: 500,
  });
  const listed = await withStanding(rows, at);
  if (sort) return listed;
  return listed.sort((one, other) => Number(one.state !== 'active') - Number(other.state !== 'active'));
}
export type TokenRow = Awaited<ReturnType<typeof listTokens>>[number];

/** What each is at this moment, and whose. */
async function withStanding<Row extends TokenFacts & { _count: { createdTokens: number } }>(
  rows: readonly Row[],
  at: Date,
) {
  const people = await db.user.findMany({
    where: { id: { in: rows.flatMap((row) => row.createdById ?? []) } },
    select: { id: true, displayName: true, role: true, status: true, deletedAt: true, purgedAt: true },
  });
  const byId = new Map(people.map((person) => [person.id, person]));
  return rows.map(({ _count, ...row }) => {
    const person = byId.get(row.createdById ?? '');
    return {
      ...row,
      /** Tokens that it made and that are not revoked. */
      made: _count.createdTokens,
      ...standingOf(row, person, at),
      owner: row.createdById === null ? ('installation' as const) : ('person' as const),
      /** The name of the person whose it is; null where it is the installation's, or nobody is left. */
      ownerName: person && !person.purgedAt ? person.displayName : null,
    };
  });
}
