'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { deleteWebhook } from '@/lib/webhooks/delete-webhook';
import { replaceWebhookSecret } from '@/lib/webhooks/replace-secret';
import { resendDelivery, resendFailed } from '@/lib/webhooks/resend';
import {
  replaceWebhookSecretSchema,
  resendDeliverySchema,
  resendFailedSchema,
  updateWebhookSchema,
  webhookIdSchema,
  webhookValuesSchema,
} from '@/lib/webhooks/schema';
import { testWebhook } from '@/lib/webhooks/send-test-message';
import { updateWebhook } from '@/lib/webhooks/update-webhook';

const permission = 'webhooks.write';
const changed = () => revalidatePath(links.webhooks(), 'layout');

export const createWebhookAction = defineAction(
  { permission, schema: webhookValuesSchema },
  async (input, { actor }) => {
    const created = await createWebhook(actor, input);
    changed();
    return created;
  },
);

export const updateWebhookAction = defineAction(
  { permission, schema: updateWebhookSchema },
  async (input, { actor }) => {
    const saved = await updateWebhook(actor, input);
    changed();
    return saved;
  },
);

export const replaceWebhookSecretAction = defineAction(
  { permission, schema: replaceWebhookSecretSchema },
  async (input, { actor }) => {
    const replaced = await replaceWebhookSecret(actor, input);
    changed();
    return replaced;
  },
);

export const deleteWebhookAction = defineAction({ permission, schema: webhookIdSchema }, async (input, { actor }) => {
  await deleteWebhook(actor, input);
  changed();
});

export const testWebhookAction = defineAction({ permission, schema: webhookIdSchema }, (input, { actor }) =>
  testWebhook(actor, input),
);

export const resendDeliveryAction = defineAction(
  { permission, schema: resendDeliverySchema },
  async (input, { actor }) => {
    await resendDelivery(actor, input);
    changed();
  },
);

export const resendFailedAction = defineAction({ permission, schema: resendFailedSchema }, async (input, { actor }) => {
  const sent = await resendFailed(actor, input);
  changed();
  return sent;
});
