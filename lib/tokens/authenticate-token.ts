import { AppError } from '@/lib/core/errors';
import { hashToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { stateOf } from './queries';

/** Who asks by the HTTP API. */
export interface TokenSession {
  tokenId: string;
  role: 'administrator' | 'helpdesk' | 'user';
  requestsPerMinute: number;
  actor: Actor;
}

/** How often the last use is written, in milliseconds. */
const lastUsedStep = 60_000;

/**
 * Finds out who sends a request (RFC 6750, Bearer).
 * @param authorization the header as it came
 * @throws AppError `unauthenticated`: none, unknown, expired or revoked
 */
export async function authenticateToken(
  authorization: string | null,
  clientAddress: string | null,
): Promise<TokenSession> {
  const token = /^Bearer +([\x21-\x7e]{16,512})$/i.exec(authorization?.trim() ?? '')?.[1];
  if (!token) {
    throw new AppError('unauthenticated', 'This request has no token.', {
      hint: 'Send the header Authorization: Bearer <token>. Tokens are created under Settings › API Tokens.',
    });
  }
  const row = await db.apiToken.findUnique({ where: { tokenHash: hashToken(token) } });
  const at = new Date();
  if (!row || stateOf(row, at) !== 'active') {
    const state = row && stateOf(row, at);
    throw new AppError('unauthenticated', state ? `This token is ${state}.` : 'This token is not known.', {
      hint: 'Create another one under Settings › API Tokens.',
    });
  }
  const stale = new Date(at.getTime() - lastUsedStep);
  if (!row.lastUsedAt || row.lastUsedAt < stale) {
    // Of many requests at once, one writes.
    await db.apiToken.updateMany({
      where: { id: row.id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: stale } }] },
      data: { lastUsedAt: at, lastUsedAddress: clientAddress },
    });
  }
  return {
    tokenId: row.id,
    role: row.role,
    requestsPerMinute: row.requestsPerMinute,
    actor: { id: null, name: row.label, clientAddress, tokenId: row.id },
  };
}
