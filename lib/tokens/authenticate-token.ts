import { AppError } from '@/lib/core/errors';
import { hashToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { countGuess } from '@/lib/throttle/count-guess';
import { type FoundToken, findTokenByHash } from './internal/find-token';

/** Who asks by the HTTP API. */
export interface TokenSession {
  tokenId: string;
  role: 'administrator' | 'helpdesk' | 'user';
  requestsPerMinute: number;
  actor: Actor;
}

/** A token that is known, and not accepted while the person whose it is may not do as much. */
export class TokenNotAccepted extends AppError<'token_not_accepted'> {
  readonly actor: Actor;

  constructor(reason: string, actor: Actor) {
    super('token_not_accepted', `This token is not accepted: ${reason}.`, {
      hint: 'It works again once that person is active in such a role. Others can create another one under Settings › API Tokens.',
    });
    this.actor = actor;
  }
}

/** How often the last use is written, in milliseconds. */
const lastUsedStep = 60_000;

/**
 * Finds out who sends a request (RFC 6750, Bearer), in one statement.
 * @param authorization the header as it came
 * @throws AppError `unauthenticated`: none, unknown, expired or revoked; `token_not_accepted` (TokenNotAccepted);
 * `rate_limited`: too many unknown ones from this address
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
  const found = await findTokenByHash(hashToken(token));
  if (!found) {
    await countGuess('token', clientAddress);
    throw refusal('is not known');
  }
  const actor = actorOf(found, clientAddress);
  if (found.reason !== null) throw new TokenNotAccepted(found.reason, actor);
  if (found.state !== 'active') throw refusal(`is ${found.state}`);
  await noteUse(found, clientAddress);
  return { tokenId: found.id, role: found.role, requestsPerMinute: found.requestsPerMinute, actor };
}

function refusal(what: string): AppError {
  return new AppError('unauthenticated', `This token ${what}.`, {
    hint: 'Create another one under Settings › API Tokens.',
  });
}

function actorOf(token: FoundToken, clientAddress: string | null): Actor {
  return { id: null, name: token.label, clientAddress, tokenId: token.id, makerId: token.createdById };
}

async function noteUse({ id, lastUsedAt }: FoundToken, lastUsedAddress: string | null): Promise<void> {
  const at = new Date();
  const stale = new Date(at.getTime() - lastUsedStep);
  if (lastUsedAt && lastUsedAt >= stale) return;
  // Of many requests at once, one writes.
  await db.apiToken.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: stale } }] },
    data: { lastUsedAt: at, lastUsedAddress },
  });
}
