import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { type Case, type Sent, unique, type World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';
const notThere = { change: () => ({ params: { id: nobody } }), code: 'not_found' };

async function webhook(world: World): Promise<{ id: string; secret: string }> {
  const { url } = await world.receiver();
  return createWebhook(systemActor, { label: unique('siem'), url, eventNames: [], applicationIds: [] });
}

/** A delivery that was given up. */
async function delivery(world: World): Promise<{ webhookId: string; deliveryId: string }> {
  const { id: webhookId } = await webhook(world);
  await recordEvents(db, [{ name: 'demo_reset', actor: systemActor, message: unique('told') }]);
  const event = await db.event.findFirstOrThrow({ orderBy: { id: 'desc' } });
  const { id } = await db.webhookDelivery.create({
    data: { webhookId, eventIds: [event.id], state: 'failed', attempts: 9, lastStatus: 500, finishedAt: new Date() },
  });
  return { webhookId, deliveryId: id };
}

const body = (sent: Sent) => sent.body as Record<string, unknown>;
const waiting = async (id: string) => (await db.webhookDelivery.findUniqueOrThrow({ where: { id } })).state;

export const webhookCases: Record<string, Case> = {
  listWebhooks: {
    valid: async (world) => {
      await webhook(world);
      return {};
    },
    after: (answer) => expect((answer as { items: unknown[] }).items.length).toBeGreaterThan(0),
  },
  createWebhook: {
    valid: async (world) => {
      const { url } = await world.receiver();
      return { body: { label: unique('siem'), url, eventNames: ['user_create'] } };
    },
    invalid: [
      { change: (sent) => ({ body: { ...body(sent), url: 'ftp://siem.example' } }), field: 'url' },
      {
        change: (sent) => ({ body: { ...body(sent), url: 'http://127.0.0.1:9/in' } }),
        code: 'target_not_allowed',
        field: 'url',
      },
      { change: (sent) => ({ body: { ...body(sent), eventNames: ['no_such_event'] } }), field: 'eventNames.0' },
      { change: (sent) => ({ body: { ...body(sent), applicationIds: [nobody] } }), field: 'applicationIds' },
    ],
    after: async (answer, sent) => {
      const row = await db.webhook.findUniqueOrThrow({ where: { id: (answer as { id: string }).id } });
      expect(row).toMatchObject({ label: body(sent).label, eventNames: ['user_create'], enabled: true });
      expect(row.secretSealed).not.toContain((answer as { secret: string }).secret);
    },
  },
  getWebhook: {
    valid: async (world) => ({ params: { id: (await webhook(world)).id } }),
    invalid: [notThere],
    after: (answer) => expect(JSON.stringify(answer)).not.toContain('ecretSealed'),
  },
  updateWebhook: {
    valid: async (world) => ({ params: { id: (await webhook(world)).id }, body: { enabled: false } }),
    invalid: [{ change: () => ({ body: { label: '' } }), field: 'label' }, notThere],
    after: async (answer, { params }) => {
      expect(answer).toMatchObject({ id: params?.id, enabled: false, state: 'disabled', version: 2 });
      expect(await db.webhook.findUniqueOrThrow({ where: { id: params?.id ?? '' } })).toMatchObject({
        enabled: false,
        version: 2,
      });
    },
  },
  deleteWebhook: {
    valid: async (world) => ({ params: { id: (await webhook(world)).id } }),
    invalid: [notThere],
    after: async (_answer, { params }) => {
      expect(await db.webhook.count({ where: { id: params?.id ?? '' } })).toBe(0);
    },
  },
  replaceWebhookSecret: {
    valid: async (world) => ({ params: { id: (await webhook(world)).id } }),
    invalid: [notThere],
    after: (answer) => expect(answer).toMatchObject({ version: 2, secret: expect.stringMatching(/^whsec_/) }),
  },
  testWebhook: {
    valid: async (world) => {
      const receiver = await world.receiver();
      const { id, secret } = await webhook(world);
      receiver.secret = secret;
      receiver.received.length = 0;
      return { params: { id } };
    },
    invalid: [notThere],
    after: async (answer, _sent, world) => {
      expect(answer).toMatchObject({ status: 204 });
      expect((await world.receiver()).received.map(({ message }) => message.type)).toEqual(['test']);
    },
  },
  listDeliveries: {
    valid: async (world) => ({ params: { id: (await delivery(world)).webhookId }, query: { state: 'failed' } }),
    invalid: [{ change: (sent) => ({ ...sent, query: { state: 'lost' } }), field: 'state' }, notThere],
    after: (answer) => expect(answer).toMatchObject({ items: [{ state: 'failed', eventCount: 1 }], total: 1 }),
  },
  resendFailed: {
    valid: async (world) => ({ params: { id: (await delivery(world)).webhookId } }),
    invalid: [notThere],
    after: (answer) => expect(answer).toEqual({ count: 1 }),
  },
  getDelivery: {
    valid: async (world) => ({ params: { id: (await delivery(world)).deliveryId } }),
    invalid: [notThere],
    after: (answer) => expect(answer).toMatchObject({ attempts: 9, events: [{ name: 'demo_reset' }] }),
  },
  resendDelivery: {
    valid: async (world) => ({ params: { id: (await delivery(world)).deliveryId } }),
    invalid: [notThere],
    after: async (_answer, { params }) => expect(await waiting(params?.id ?? '')).toBe('waiting'),
  },
};
