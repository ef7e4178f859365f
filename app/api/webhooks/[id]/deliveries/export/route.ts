import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { getWebhook, listDeliveries } from '@/lib/webhooks/queries';
import { deliveryFilterSchema } from '@/lib/webhooks/schema';

/** What was sent to a webhook, is waiting or was given up. */
export const GET = defineExport({
  permission: 'webhooks.read',
  params: z.object({ id: z.uuid() }),
  filter: deliveryFilterSchema.omit({ cursor: true }),
  name: 'deliveries',
  columns: ['createdAt', 'state', 'events', 'attempts', 'lastStatus', 'lastError', 'nextAttemptAt', 'finishedAt', 'id'],
  read: async ({ id }, filter, limit) => {
    if (!filter.cursor) await getWebhook(id);
    return listDeliveries(id, filter, limit);
  },
  lines: (rows) => rows,
});
