import { hashToken } from '@/lib/crypto/tokens';
import { inOneTransaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { makeToken } from './internal/make-token';
import { createTokenSchema } from './schema';

const label = 'LATCHKEY_API_TOKEN';

/** The tokens that {@link presetToken} made, as the database tells them from those of people and of the command. */
export const presetTokens = { label, createdById: null, createdByTokenId: null, createdByName: systemActor.name };

/**
 * Makes the operator's own token (`LATCHKEY_API_TOKEN`) an administrator's, where it was never known. One that was
 * revoked stays so. Safe to call from several processes at once.
 * @returns true when it was made just now
 */
export async function presetToken(): Promise<boolean> {
  const secret = process.env.LATCHKEY_API_TOKEN;
  if (!secret) return false;
  const input = createTokenSchema.parse({ label, role: 'administrator' });
  return inOneTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.preset-token'))`;
    if (await tx.apiToken.findUnique({ where: { tokenHash: hashToken(secret) } })) return false;
    await attempt({ name: 'api_token_create', actor: systemActor }, (inner, draft) =>
      makeToken(inner, draft, input, systemActor, secret),
    );
    return true;
  });
}
