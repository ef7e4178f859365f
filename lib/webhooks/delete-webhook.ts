import { defineCommand } from '@/lib/events/command';
import { lockWebhook, webhookTarget } from './internal/webhooks';
import { webhookIdSchema } from './schema';

/** Deletes a webhook with its deliveries; what was not delivered yet is not sent any more. @throws AppError `not_found` */
export const deleteWebhook = defineCommand(
  { id: 'deleteWebhook', permission: 'webhooks.write', input: webhookIdSchema, event: 'webhook_delete' },
  async (tx, draft, { id }) => {
    draft.target = webhookTarget(await lockWebhook(tx, id));
    return tx.webhook.delete({ where: { id } });
  },
);
