import { seal } from '@/lib/crypto/seal';
import type { Actor } from '@/lib/events/actor';
import { feedEnd } from '@/lib/events/feed';
import { attempt } from '@/lib/events/record';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import { assertApplications, webhookTarget } from './internal/webhooks';
import { type WebhookValues, webhookValuesSchema } from './schema';
import { generateSecret, secretContext } from './sign';
import { tellableUrl } from './tellable-url';

/**
 * Creates a webhook; it is sent what happens from now on.
 * @returns the secret by which the receiver verifies messages: it is not shown again
 * @throws AppError `target_not_allowed` at url, `invalid_input` at applicationIds
 */
export async function createWebhook(
  actor: Actor,
  input: WebhookValues,
): Promise<{ id: string; version: number; secret: string }> {
  const values = webhookValuesSchema.parse(input);
  return attempt({ name: 'webhook_create', actor }, async (tx, draft) => {
    const id = crypto.randomUUID();
    const eventNames = [...new Set(values.eventNames)];
    const applicationIds = [...new Set(values.applicationIds)];
    draft.target = webhookTarget({ id, label: values.label });
    draft.changes = { url: { from: null, to: tellableUrl(values.url) } };
    assertOutgoingTarget(values.url, 'url');
    await assertApplications(tx, applicationIds);
    const secret = generateSecret();
    const { version } = await tx.webhook.create({
      data: {
        id,
        label: values.label,
        url: values.url,
        eventNames,
        applicationIds,
        secretSealed: seal(secret, secretContext(id)),
        secretUpdatedAt: new Date(),
        position: await feedEnd(tx),
        createdById: actor.id,
        createdByName: actor.name,
      },
    });
    return { id, version, secret };
  });
}
