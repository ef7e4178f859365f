'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { deleteWebhook } from '@/lib/webhooks/delete-webhook';
import { replaceWebhookSecret } from '@/lib/webhooks/replace-secret';
import { resendDelivery, resendFailed } from '@/lib/webhooks/resend';
import { testWebhook } from '@/lib/webhooks/send-test-message';
import { updateWebhook } from '@/lib/webhooks/update-webhook';

const revalidate = () => links.webhooks();

export const createWebhookAction = toAction(createWebhook, { revalidate, more: ({ secret }) => ({ secret }) });

export const updateWebhookAction = toAction(updateWebhook, { revalidate });

export const replaceWebhookSecretAction = toAction(replaceWebhookSecret, {
  revalidate,
  more: ({ secret }) => ({ secret }),
});

export const deleteWebhookAction = toAction(deleteWebhook, { revalidate });

export const testWebhookAction = toAction(testWebhook, { more: ({ status, durationMs }) => ({ status, durationMs }) });

export const resendDeliveryAction = toAction(resendDelivery, { revalidate });

export const resendFailedAction = toAction(resendFailed, { revalidate });
