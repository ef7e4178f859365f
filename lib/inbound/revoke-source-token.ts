import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { lockSource, sourceTarget } from './internal/sources';
import { revokeSourceTokenSchema } from './schema';

/** Ends a token of a source at once; revoking twice is no mistake. @returns the source @throws AppError `not_found` */
export const revokeSourceToken = defineCommand(
  {
    id: 'revokeSourceToken',
    permission: 'sources.write',
    input: revokeSourceTokenSchema,
    event: 'source_token_revoke',
  },
  async (tx, draft, { sourceId, tokenId }) => {
    const source = await lockSource(tx, sourceId);
    draft.target = sourceTarget(source);
    const token = await tx.sourceToken.findFirst({ where: { id: tokenId, sourceId } });
    if (!token) throw new AppError('not_found', 'This token does not exist any more.');
    draft.message = `Token ${token.label}.`;
    await tx.sourceToken.updateMany({ where: { id: tokenId, revokedAt: null }, data: { revokedAt: new Date() } });
    return source;
  },
);
