import { db } from '@/lib/db/client';

export type TokenState = 'active' | 'expired' | 'revoked';

/** Tokens of the HTTP API, those that work first, then the newest; 500 at most. The tokens themselves are known to nobody. */
export async function listTokens() {
  const rows = await db.apiToken.findMany({
    omit: { tokenHash: true },
    // Not by date alone: however many were revoked since, one that works is never beyond the limit.
    orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }],
    take: 500,
  });
  const at = new Date();
  const listed = rows.map((row) => ({ ...row, state: stateOf(row, at) }));
  return listed.sort((one, other) => Number(one.state !== 'active') - Number(other.state !== 'active'));
}
export type TokenRow = Awaited<ReturnType<typeof listTokens>>[number];

/** What a token is at a moment of real time. */
export function stateOf(token: { revokedAt: Date | null; expiresAt: Date | null }, at: Date): TokenState {
  if (token.revokedAt) return 'revoked';
  return token.expiresAt && token.expiresAt <= at ? 'expired' : 'active';
}
