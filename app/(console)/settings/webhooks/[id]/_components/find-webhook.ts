import { cache } from 'react';
import { z } from 'zod';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { getWebhook, type WebhookDetail } from '@/lib/webhooks/queries';
import { asShownTo } from '@/lib/webhooks/tellable-url';

/** A webhook by the id in the address, read once per request; undefined for nonsense, unknown and deleted ones. */
export const findWebhookDetail = cache(async (id: string): Promise<WebhookDetail | undefined> => {
  if (!z.uuid().safeParse(id).success) return undefined;
  const session = await requireSession('webhooks.read');
  const webhook = await getWebhook(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
  return webhook && asShownTo(may(session, 'webhooks.write'), webhook);
});
