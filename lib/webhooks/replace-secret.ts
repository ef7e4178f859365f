import { seal } from '@/lib/crypto/seal';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { assertVersion, lockWebhook, webhookTarget } from './internal/webhooks';
import { replaceWebhookSecretSchema } from './schema';
import { generateSecret, secretContext } from './sign';

/**
 * Gives a webhook another secret, by which every message is signed from now on.
 * @returns the secret: it is not shown again
 * @throws AppError `not_found`, `stale_version`
 */
export async function replaceWebhookSecret(
  actor: Actor,
  input: { id: string; version: number },
): Promise<{ version: number; secret: string }> {
  const { id, version } = replaceWebhookSecretSchema.parse(input);
  return attempt({ name: 'webhook_update', actor }, async (tx, draft) => {
    const row = await lockWebhook(tx, id);
    draft.target = webhookTarget(row);
    assertVersion(row, version);
    draft.message = 'The secret was replaced.';
    const secret = generateSecret();
    const saved = await tx.webhook.update({
      where: { id },
      data: {
        secretSealed: seal(secret, secretContext(id)),
        secretUpdatedAt: new Date(),
        version: { increment: 1 },
      },
    });
    return { version: saved.version, secret };
  });
}
