import { hashToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import { runStatement, type Statement } from '@/lib/db/statement';
import type { Actor } from '@/lib/events/actor';
import { ScimError } from '@/lib/scim/server/scim-error';
import { countGuess } from '@/lib/throttle/count-guess';

/** The source that sends a request. */
export interface SourceSession {
  id: string;
  name: string;
  takeOver: boolean;
  mailActivation: boolean;
  requestsPerMinute: number;
  actor: Actor;
}

interface Row extends Omit<SourceSession, 'actor'> {
  tokenId: string;
  revokedAt: Date | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

const byHash: Statement = {
  name: 'find-source-token',
  text: `
    SELECT s.id, s.name, s.take_over AS "takeOver", s.mail_activation AS "mailActivation", s.requests_per_minute AS "requestsPerMinute",
      t.id AS "tokenId", t.revoked_at AS "revokedAt", t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt"
    FROM source_tokens t JOIN sources s ON s.id = t.source_id AND s.deleted_at IS NULL WHERE t.token_hash = $1`,
};

/** How often the last use is written, in milliseconds. */
const lastUsedStep = 60_000;

/**
 * Finds out which source sends a request (RFC 6750, Bearer), in one statement.
 * @param authorization the header as it came
 * @throws ScimError 401: none, unknown, expired or revoked; AppError `rate_limited`: too many unknown ones of this address
 */
export async function authenticateSource(
  authorization: string | null,
  client: { address: string | null; agent: string | null },
): Promise<SourceSession> {
  const token = /^Bearer +([\x21-\x7e]{16,512})$/i.exec(authorization?.trim() ?? '')?.[1];
  if (!token) throw refusal('This request has no token: send the header Authorization: Bearer <token>.');
  const [found] = await runStatement<Row>(byHash, [hashToken(token)]);
  if (!found) {
    await countGuess('token', client.address);
    throw refusal('This token is not known.');
  }
  if (found.revokedAt) throw refusal('This token is revoked.');
  if (found.expiresAt && found.expiresAt <= new Date()) throw refusal('This token is expired.');
  await noteUse(found, client);
  const { id, name, takeOver, mailActivation, requestsPerMinute } = found;
  const actor = { id: null, name, clientAddress: client.address, sourceId: id };
  return { id, name, takeOver, mailActivation, requestsPerMinute, actor };
}

function refusal(what: string): ScimError {
  return new ScimError(401, `${what} Tokens of sources are made in Latchkey under Settings › Sources.`);
}

async function noteUse(
  { id, tokenId, lastUsedAt }: Row,
  { address, agent }: { address: string | null; agent: string | null },
): Promise<void> {
  const at = new Date();
  if (lastUsedAt && lastUsedAt.getTime() >= at.getTime() - lastUsedStep) return;
  const stale = new Date(at.getTime() - lastUsedStep);
  // Of many requests at once, one writes.
  const { count } = await db.sourceToken.updateMany({
    where: { id: tokenId, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: stale } }] },
    data: { lastUsedAt: at },
  });
  if (count === 0) return;
  const lastSeenAgent = agent?.slice(0, 200) ?? null;
  await db.$executeRaw`
    UPDATE sources SET last_seen_at = ${at}, last_seen_address = ${address}, last_seen_agent = ${lastSeenAgent} WHERE id = ${id}::uuid`;
}
