import { z } from 'zod';
import { allows, type Role } from '@/lib/auth/permissions';
import { toPublicEvent } from '@/lib/events/public-event';
import { eventNameSchema } from '@/lib/events/schema';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { deleteWebhook } from '@/lib/webhooks/delete-webhook';
import { getDelivery, getWebhook, listDeliveries, listWebhooks } from '@/lib/webhooks/queries';
import { replaceWebhookSecret } from '@/lib/webhooks/replace-secret';
import { resendDelivery, resendFailed } from '@/lib/webhooks/resend';
import { deliveryStateSchema, webhookValuesSchema } from '@/lib/webhooks/schema';
import { testWebhook } from '@/lib/webhooks/send-test-message';
import { asShownTo } from '@/lib/webhooks/tellable-url';
import { updateWebhook } from '@/lib/webhooks/update-webhook';
import { idParams, pageOf, pageQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';
import { event } from './events';

const tag = 'Webhooks';
const mayWrite = (role: Role) => allows(role, 'webhooks.write');

const webhook = z
  .object({
    id: z.uuid(),
    label: z.string(),
    url: z.string().describe('Without path and query for helpdesk: they may hold a token of the receiver.'),
    eventNames: z.array(z.string()).describe('Empty: every event.'),
    applicationIds: z.array(z.uuid()).describe('Empty: every application, and events that are about none.'),
    enabled: z.boolean(),
    state: z.enum(['ok', 'failing', 'disabled']),
    waiting: z.number().int().describe('Deliveries that are still to be accepted.'),
    failed: z.number().int().describe('Deliveries that were given up.'),
    lastDeliveredAt: z.date().nullable(),
    missedEvents: z
      .number()
      .int()
      .describe('Events that reached the age at which they are deleted before they could be sent.'),
    missedAt: z.date().nullable().describe('When the last of them did.'),
    restsUntil: z.date().nullable().describe('The receiver did not answer in time: until then nothing is sent to it.'),
    lastError: z.object({ message: z.string(), status: z.number().int().nullable() }).nullable(),
    version: z.number().int(),
    createdByName: z.string(),
    createdAt: z.date(),
    updatedAt: z.date(),
    secretUpdatedAt: z.date(),
  })
  .meta({ id: 'Webhook' });

const deliveryFields = {
  id: z.uuid(),
  webhookId: z.uuid(),
  state: deliveryStateSchema,
  attempts: z.number().int(),
  lastStatus: z.number().int().nullable().describe('Of the last attempt; null where no answer came.'),
  lastError: z.string().nullable(),
  nextAttemptAt: z.date().nullable(),
  createdAt: z.date(),
  finishedAt: z.date().nullable(),
};

const secret = z.string().describe('Verifies messages; it is answered this once.');

const one = { tag, path: '/webhooks/{id}', params: idParams } as const;

export const webhookOperations = [
  defineOperation(
    {
      id: 'listWebhooks',
      method: 'GET',
      path: '/webhooks',
      tag,
      summary: 'List webhooks, and how their deliveries go',
      permission: 'webhooks.read',
      answer: z.object({ items: z.array(webhook) }),
    },
    async ({ role }) => ({ items: (await listWebhooks()).map((row) => asShownTo(mayWrite(role), row)) }),
  ),
  toOperation(createWebhook, {
    method: 'POST',
    path: '/webhooks',
    tag,
    summary: 'Create a webhook',
    description: 'It is sent the events that happen from now on.',
    body: webhookValuesSchema.extend({
      eventNames: z.array(eventNameSchema).max(200).default([]),
      applicationIds: webhookValuesSchema.shape.applicationIds.default([]),
    }),
    answer: z.object({ id: z.uuid(), version: z.number().int(), secret }),
    status: 201,
    idempotent: true,
    location: ({ id }) => `/webhooks/${id}`,
  }),
  defineOperation(
    {
      id: 'getWebhook',
      method: 'GET',
      path: '/webhooks/{id}',
      tag,
      summary: 'Read a webhook',
      permission: 'webhooks.read',
      params: idParams,
      answer: webhook,
    },
    async ({ params, role }) => asShownTo(mayWrite(role), await getWebhook(params.id)),
  ),
  toOperation(updateWebhook, {
    ...one,
    method: 'PATCH',
    summary: 'Change a webhook',
    description: 'While it is disabled nothing is sent; what happens meanwhile is sent once it is enabled again.',
    present: async ({ id }: { id: string }) => {
      const { version, label, url, eventNames, applicationIds, enabled } = await getWebhook(id);
      return { version, values: { label, url, eventNames, applicationIds, enabled } };
    },
    answer: webhook,
    show: ({ id }) => getWebhook(id),
  }),
  toOperation(deleteWebhook, { ...one, method: 'DELETE', summary: 'Delete a webhook with its deliveries' }),
  toOperation(replaceWebhookSecret, {
    method: 'POST',
    path: '/webhooks/{id}/secret',
    tag,
    summary: 'Replace the secret by which messages are signed',
    params: idParams,
    present: async ({ id }: { id: string }) => ({ version: (await getWebhook(id)).version }),
    answer: z.object({ version: z.number().int(), secret }),
  }),
  toOperation(testWebhook, {
    method: 'POST',
    path: '/webhooks/{id}/test',
    tag,
    summary: 'Send a signed test message now',
    params: idParams,
    answer: z.object({ status: z.number().int(), durationMs: z.number().int() }),
  }),
  defineOperation(
    {
      id: 'listDeliveries',
      method: 'GET',
      path: '/webhooks/{id}/deliveries',
      tag,
      summary: 'List deliveries, newest first',
      permission: 'webhooks.read',
      params: idParams,
      query: z.object({ ...pageQuery, state: deliveryStateSchema.optional() }),
      answer: pageOf(z.object({ ...deliveryFields, eventCount: z.number().int() }).meta({ id: 'Delivery' })),
    },
    async ({ params, query: { limit, ...filter } }) => {
      await getWebhook(params.id);
      const page = await listDeliveries(params.id, filter, limit);
      return { ...page, items: page.items.map(({ events, ...row }) => ({ ...row, eventCount: events })) };
    },
  ),
  toOperation(resendFailed, {
    method: 'POST',
    path: '/webhooks/{id}/deliveries/resend-failed',
    tag,
    summary: 'Send again every delivery that was given up',
    description: 'The oldest first, at most 1,000 deliveries.',
    params: idParams,
    as: { id: 'webhookId' },
    answer: z.object({ count: z.number().int() }),
    show: ({ changed }) => ({ count: changed }),
  }),
  defineOperation(
    {
      id: 'getDelivery',
      method: 'GET',
      path: '/deliveries/{id}',
      tag,
      summary: 'Read a delivery, with its events',
      permission: 'webhooks.read',
      params: idParams,
      answer: z.object({
        ...deliveryFields,
        webhook: z.object({ id: z.uuid(), label: z.string() }),
        eventCount: z.number().int(),
        events: z.array(event).describe('As far as they are kept.'),
      }),
    },
    async ({ params }) => {
      const delivery = await getDelivery(params.id);
      return { ...delivery, events: delivery.events.map(toPublicEvent) };
    },
  ),
  toOperation(resendDelivery, {
    method: 'POST',
    path: '/deliveries/{id}/resend',
    tag,
    summary: 'Send a delivery again',
    params: idParams,
    as: { id: 'deliveryId' },
  }),
];
