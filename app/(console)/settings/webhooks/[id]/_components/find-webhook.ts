import { cache } from 'react';
import { z } from 'zod';
import { AppError } from '@/lib/core/errors';
import { getWebhook, type WebhookDetail } from '@/lib/webhooks/queries';

/** A webhook by the id in the address, read once per request; undefined for nonsense, unknown and deleted ones. */
export const findWebhookDetail = cache(async (id: string): Promise<WebhookDetail | undefined> => {
  if (!z.uuid().safeParse(id).success) return undefined;
  return getWebhook(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
});
