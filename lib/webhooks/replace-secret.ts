import { seal } from '@/lib/crypto/seal';
import { defineCommand } from '@/lib/events/command';
import { assertVersion, lockWebhook, webhookTarget } from './internal/webhooks';
import { replaceWebhookSecretSchema } from './schema';
import { generateSecret, secretContext } from './sign';

/**
 * Gives a webhook another secret, by which every message is signed from now on.
 * @returns the webhook with the secret: it is not shown again
 * @throws AppError `not_found`, `stale_version`
 */
export const replaceWebhookSecret = defineCommand(
  {
    id: 'replaceWebhookSecret',
    permission: 'webhooks.write',
    input: replaceWebhookSecretSchema,
    event: 'webhook_update',
  },
  async (tx, draft, { id, version }) => {
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
    return { ...saved, secret };
  },
);
