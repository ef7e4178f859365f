import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { escapeLike, wordsOf } from '@/lib/db/search';
import type { TokenFilter, TokenSort, TokenState } from './schema';

const containing = (words: string | undefined) =>
  wordsOf(words).map((word) => ({ contains: escapeLike(word), mode: 'insensitive' as const }));

const orders: Record<TokenSort, (direction: 'asc' | 'desc') => Prisma.ApiTokenOrderByWithRelationInput> = {
  label: (direction) => ({ label: direction }),
  created: (direction) => ({ createdAt: direction }),
  expires: (direction) => ({ expiresAt: { sort: direction, nulls: direction === 'asc' ? 'last' : 'first' } }),
  used: (direction) => ({ lastUsedAt: { sort: direction, nulls: direction === 'asc' ? 'first' : 'last' } }),
};

/**
 * Tokens of the HTTP API, those that work first, then the newest; 500 at most. The tokens themselves are known to nobody.
 * @param filter `q`: words that are all in the label, the beginning of the token or who created it
 */
export async function listTokens(filter: TokenFilter = {}) {
  const at = new Date();
  const ended = { expiresAt: { lte: at } };
  const states: Record<TokenState, Prisma.ApiTokenWhereInput> = {
    active: { revokedAt: null, NOT: ended },
    expired: { revokedAt: null, ...ended },
    revoked: { revokedAt: { not: null } },
  };
  const sort = filter.sort?.replace(/^-/, '') as TokenSort | undefined;
  const rows = await db.apiToken.findMany({
    omit: { tokenHash: true },
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
  const listed = rows.map((row) => ({ ...row, state: stateOf(row, at) }));
  if (sort) return listed;
  return listed.sort((one, other) => Number(one.state !== 'active') - Number(other.state !== 'active'));
}
export type TokenRow = Awaited<ReturnType<typeof listTokens>>[number];

/** What a token is at a moment of real time. */
export function stateOf(token: { revokedAt: Date | null; expiresAt: Date | null }, at: Date): TokenState {
  if (token.revokedAt) return 'revoked';
  return token.expiresAt && token.expiresAt <= at ? 'expired' : 'active';
}
