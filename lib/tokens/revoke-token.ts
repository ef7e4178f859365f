import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';

/** Ends a token at once: the next request with it is refused. Revoking twice is no mistake. @throws AppError `not_found` */
export async function revokeToken(actor: Actor, input: { id: string }): Promise<void> {
  await attempt({ name: 'api_token_revoke', actor }, async (tx, draft) => {
    const token = await tx.apiToken.findUnique({ where: { id: input.id } });
    if (!token) throw new AppError('not_found', 'This token does not exist any more.');
    draft.target = { type: 'token', id: token.id, name: token.label };
    await tx.apiToken.updateMany({ where: { id: token.id, revokedAt: null }, data: { revokedAt: new Date() } });
  });
}
