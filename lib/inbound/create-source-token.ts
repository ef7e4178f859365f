import { AppError } from '@/lib/core/errors';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import { defineCommand } from '@/lib/events/command';
import { lockSource, sourceTarget } from './internal/sources';
import { createSourceTokenSchema, mostTokens } from './schema';

/** What every token of a source begins with, so that scanners for leaked secrets can know it. */
const mark = 'lks_';
/** Characters that are kept, to recognise it by. */
const prefixLength = 10;

/**
 * Makes a token of a source. @returns the source, and the token itself, this once: only its hash is stored
 * @throws AppError `invalid_input` at expiresAt when that has passed, `conflict` beyond 20 that are not revoked, `not_found`
 */
export const createSourceToken = defineCommand(
  {
    id: 'createSourceToken',
    permission: 'sources.write',
    input: createSourceTokenSchema,
    event: 'source_token_create',
  },
  async (tx, draft, { sourceId, label, expiresAt }, actor) => {
    const source = await lockSource(tx, sourceId);
    draft.target = sourceTarget(source);
    draft.message = `Token ${label}.`;
    // In real time, as sessions are: moving the demo clock ends none.
    if (expiresAt && expiresAt <= new Date()) {
      throw new AppError('invalid_input', 'This moment has passed.', { field: 'expiresAt' });
    }
    if ((await tx.sourceToken.count({ where: { sourceId, revokedAt: null } })) >= mostTokens) {
      throw new AppError('conflict', `A source has ${mostTokens} tokens at most.`, {
        hint: 'Revoke those that are not used any more.',
      });
    }
    const token = `${mark}${randomToken()}`;
    const data = { sourceId, label, expiresAt, prefix: token.slice(0, prefixLength), tokenHash: hashToken(token) };
    const made = await tx.sourceToken.create({ data: { ...data, createdByName: actor.name } });
    return { ...source, tokenId: made.id, token, expiresAt };
  },
);
