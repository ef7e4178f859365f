import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { recordEvents } from '@/lib/events/record';
import { versionOf } from './internal/version-of';
import { tokenIdSchema } from './schema';

interface Revoked {
  id: string;
  label: string;
}

/**
 * Ends a token at once, and with it those that it made: the next request with any of them is refused. Revoking twice is no
 * mistake. @returns the token, and how many are revoked by it @throws AppError `not_found`
 */
export const revokeToken = defineCommand(
  { id: 'revokeToken', permission: 'tokens.write', input: tokenIdSchema, event: 'api_token_revoke' },
  async (tx, draft, input, actor) => {
    const token = await tx.apiToken.findUnique({ where: { id: input.id } });
    if (!token) throw new AppError('not_found', 'This token does not exist any more.');
    draft.target = { type: 'token', id: token.id, name: token.label };
    const revokedAt = new Date();
    const revoked = await tx.$queryRaw<Revoked[]>`
      WITH RECURSIVE made AS (
        SELECT id FROM api_tokens WHERE id = ${token.id}::uuid
        UNION
        SELECT t.id FROM api_tokens t JOIN made ON made.id = t.created_by_token_id
      )
      UPDATE api_tokens SET revoked_at = ${revokedAt}
      WHERE id IN (SELECT id FROM made) AND revoked_at IS NULL RETURNING id, label`;
    const others = revoked.filter(({ id }) => id !== token.id);
    await recordEvents(
      tx,
      others.map(({ id, label }) => ({
        name: 'api_token_revoke' as const,
        actor,
        target: { type: 'token' as const, id, name: label },
        message: `Revoked with ${token.label}, which made it or what made it.`,
      })),
    );
    return { id: token.id, version: versionOf({ revokedAt }), changed: revoked.length };
  },
);
