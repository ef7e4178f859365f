import { seal } from '@/lib/crypto/seal';
import { defineCommand } from '@/lib/events/command';
import { feedEnd } from '@/lib/events/feed';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import { assertApplications, webhookTarget } from './internal/webhooks';
import { webhookValuesSchema } from './schema';
import { generateSecret, secretContext } from './sign';
import { tellableUrl } from './tellable-url';

/**
 * Creates a webhook; it is sent what happens from now on.
 * @returns the secret by which the receiver verifies messages: it is not shown again
 * @throws AppError `target_not_allowed` at url, `invalid_input` at applicationIds
 */
export const createWebhook = defineCommand(
  { id: 'createWebhook', permission: 'webhooks.write', input: webhookValuesSchema, event: 'webhook_create' },
  async (tx, draft, values, actor) => {
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
  },
);
