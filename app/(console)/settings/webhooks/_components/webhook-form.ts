import { z } from 'zod';
import type { WebhookDetail } from '@/lib/webhooks/queries';
import { type WebhookValues, webhookValuesSchema } from '@/lib/webhooks/schema';

/** The settings as the form holds them: that a list is empty and that everything is wanted are two things here. */
export const webhookFormSchema = webhookValuesSchema
  .extend({ everyEvent: z.boolean(), everyApplication: z.boolean(), enabled: z.boolean() })
  .refine((values) => values.everyEvent || values.eventNames.length > 0, {
    path: ['eventNames'],
    error: 'Choose at least one kind of event, or every event',
  })
  .refine((values) => values.everyApplication || values.applicationIds.length > 0, {
    path: ['applicationIds'],
    error: 'Choose at least one application, or every application',
  });
export type WebhookForm = z.infer<typeof webhookFormSchema>;

/** What of a stored webhook is edited. */
export type StoredWebhook = Pick<WebhookDetail, 'label' | 'url' | 'eventNames' | 'applicationIds' | 'enabled'>;

export function toForm(webhook?: StoredWebhook): WebhookForm {
  const eventNames = (webhook?.eventNames ?? []) as WebhookForm['eventNames'];
  const applicationIds = webhook?.applicationIds ?? [];
  return {
    label: webhook?.label ?? '',
    url: webhook?.url ?? '',
    eventNames,
    applicationIds,
    everyEvent: eventNames.length === 0,
    everyApplication: applicationIds.length === 0,
    enabled: webhook?.enabled ?? true,
  };
}

export function fromForm({ label, url, ...form }: WebhookForm): WebhookValues {
  return {
    label,
    url,
    eventNames: form.everyEvent ? [] : form.eventNames,
    applicationIds: form.everyApplication ? [] : form.applicationIds,
  };
}
