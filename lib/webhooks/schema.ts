import { z } from 'zod';
import { deliveryStates } from '@/lib/core/states';
import { singleLine } from '@/lib/core/text';
import { eventNameSchema } from '@/lib/events/schema';

const id = z.uuid();
const version = z.number().int().min(1);

/** What an administrator says of a webhook. */
export const webhookValuesSchema = z.object({
  label: singleLine('Label').min(1, 'Enter a label').max(100, 'At most 100 characters'),
  /** https; http only where LATCHKEY_ALLOW_PRIVATE_TARGETS lists the target. */
  url: z
    .string()
    .trim()
    .min(1, 'Enter the address of the receiver')
    .max(2048, 'At most 2,048 characters')
    .refine(
      (text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text),
      'Enter a full address that starts with https://',
    ),
  /** Empty: every event. */
  eventNames: z.array(eventNameSchema).max(200),
  /** Empty: every application, and events that are about none. */
  applicationIds: z.array(id).max(200, 'At most 200 applications'),
});
export type WebhookValues = z.infer<typeof webhookValuesSchema>;

export const updateWebhookSchema = webhookValuesSchema.extend({ id, version, enabled: z.boolean() });
export type UpdateWebhookInput = z.infer<typeof updateWebhookSchema>;

export const webhookIdSchema = z.object({ id });
/** `version` as it was loaded. */
export const replaceWebhookSecretSchema = z.object({ id, version });
export const resendDeliverySchema = z.object({ deliveryId: id });
export const resendFailedSchema = z.object({ webhookId: id });

export const deliveryStateSchema = z.enum(deliveryStates);
export type DeliveryStateName = z.infer<typeof deliveryStateSchema>;

/** Filters of the list of deliveries; all of them live in the URL, where nonsense counts as absent. */
export const deliveryFilterSchema = z.object({
  state: deliveryStateSchema.optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type DeliveryFilter = z.output<typeof deliveryFilterSchema>;
