import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockWebhook, webhookTarget } from './internal/webhooks';
import { webhookIdSchema } from './schema';

/** Deletes a webhook with its deliveries; what was not delivered yet is not sent any more. @throws AppError `not_found` */
export async function deleteWebhook(actor: Actor, input: { id: string }): Promise<void> {
  const { id } = webhookIdSchema.parse(input);
  await attempt({ name: 'webhook_delete', actor }, async (tx, draft) => {
    draft.target = webhookTarget(await lockWebhook(tx, id));
    await tx.webhook.delete({ where: { id } });
  });
}
