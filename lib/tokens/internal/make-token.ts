import { AppError } from '@/lib/core/errors';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { findAuthority } from '../authority';
import type { CreateTokenInput } from '../schema';
import { includes } from '../standing';
import { versionOf } from './version-of';

/** What every token begins with, so that scanners for leaked secrets can know it. */
const mark = 'lk_';
/** Characters that are kept, to recognise it by. */
const prefixLength = 10;

export interface MadeToken {
  id: string;
  version: number;
  /** The token itself, this once: only its hash is stored. */
  token: string;
  prefix: string;
}

/**
 * Makes a token in the transaction of its event.
 * @param secret the token itself where an operator chose it; otherwise 256 random bits
 * @throws AppError what createToken throws
 */
export async function makeToken(
  tx: Tx,
  draft: EventDraft,
  input: CreateTokenInput,
  actor: Actor,
  secret?: string,
): Promise<MadeToken> {
  const token = secret ?? `${mark}${randomToken()}`;
  const prefix = secret ? '' : token.slice(0, prefixLength);
  // In real time, as sessions are: moving the demo clock ends none.
  if (input.expiresAt && input.expiresAt <= new Date()) {
    throw new AppError('invalid_input', 'This moment has passed.', { field: 'expiresAt' });
  }
  const { role, personId } = await findAuthority(tx, actor);
  if (!role || !includes(role, input.role)) {
    throw new AppError('forbidden', `Who asks may do less than a token of the role ${input.role}.`);
  }
  await assertWithinMaker(tx, actor, input);
  const tokenHash = hashToken(token);
  if (await tx.apiToken.findUnique({ where: { tokenHash } })) {
    throw new AppError('already_exists', 'This token exists already.');
  }
  const created = await tx.apiToken.create({
    data: {
      label: input.label,
      prefix,
      tokenHash,
      role: input.role,
      requestsPerMinute: input.requestsPerMinute,
      expiresAt: input.expiresAt,
      createdById: personId,
      createdByName: actor.name,
      createdByTokenId: actor.tokenId ?? null,
    },
  });
  draft.target = { type: 'token', id: created.id, name: created.label };
  draft.changes = {
    role: { from: null, to: input.role },
    ...(input.expiresAt ? { expiresAt: { from: null, to: input.expiresAt } } : {}),
  };
  return { id: created.id, version: versionOf(created), token, prefix };
}

/** A token makes none that goes on after it, or may ask more often: its own bounds would be worth nothing. */
async function assertWithinMaker(tx: Tx, actor: Actor, input: CreateTokenInput): Promise<void> {
  if (!actor.tokenId) return;
  // Held until the end: one that is being revoked meanwhile takes this one along, or makes none.
  const [maker] = await tx.$queryRaw<{ expiresAt: Date | null; revokedAt: Date | null; requestsPerMinute: number }[]>`
    SELECT expires_at AS "expiresAt", revoked_at AS "revokedAt", requests_per_minute AS "requestsPerMinute"
    FROM api_tokens WHERE id = ${actor.tokenId}::uuid FOR UPDATE`;
  if (!maker || maker.revokedAt) throw new AppError('unauthenticated', 'This token is revoked.');
  if (maker.expiresAt && !(input.expiresAt && input.expiresAt <= maker.expiresAt)) {
    throw new AppError('invalid_input', 'This is later than the end of the token that asks for it.', {
      field: 'expiresAt',
      hint: `At the latest ${maker.expiresAt.toISOString()}. A token without an end, or a person, can make a longer one.`,
    });
  }
  if (input.requestsPerMinute > maker.requestsPerMinute) {
    throw new AppError('invalid_input', 'This is more than the token that asks for it may send.', {
      field: 'requestsPerMinute',
      hint: `At most ${maker.requestsPerMinute}.`,
    });
  }
}
