import { expect, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { untilFeedHasAll } from '@/lib/events/testing/until-feed-has-all';
import { type Case, unique, type World } from './world';

const absent = '00000000-0000-7000-8000-000000000000';
const beyondBigint = '9999999999999999999';

interface Feed {
  items: { id: string; actor: { name: string } }[];
  nextCursor: string;
}

/** An event whose actor is nobody else's. */
async function anEvent(): Promise<{ id: string; actor: string }> {
  const actor = unique('somebody');
  const applicationId = crypto.randomUUID();
  await recordEvents(db, [
    {
      name: 'group_update',
      actor: { ...systemActor, name: actor },
      application: { id: applicationId, displayLabel: 'Egnyte' },
      target: { type: 'group', id: applicationId, name: 'Readers' },
      changes: { name: { from: 'Leser', to: 'Readers' } },
    },
  ]);
  const { id } = await db.event.findFirstOrThrow({ where: { actorName: actor } });
  return { id: String(id), actor };
}

const readFeed = async (world: World, query: string): Promise<Feed> => {
  const token = await world.token('administrator');
  await untilFeedHasAll();
  return (await world.send('GET', `/events/feed?${query}`, { token })).body as Feed;
};

export const eventCases: Record<string, Case> = {
  listEvents: {
    valid: async () => {
      const { actor } = await anEvent();
      const since = new Date(Date.now() - 60_000).toISOString();
      const until = '2199-12-31T23:59:59+14:00';
      return { query: { q: actor, names: 'user_update,group_update', outcome: 'success', since, until, limit: '1' } };
    },
    invalid: [
      { change: () => ({ query: { names: 'group_update,rain' } }), field: 'names.1' },
      { change: () => ({ query: { outcome: 'maybe' } }), field: 'outcome' },
      { change: () => ({ query: { applicationId: 'egnyte' } }), field: 'applicationId' },
      { change: () => ({ query: { cycleId: 'last' } }), field: 'cycleId' },
      { change: () => ({ query: { range: '2h' } }), field: 'range' },
      { change: () => ({ query: { since: 'yesterday' } }), field: 'since' },
      { change: () => ({ query: { until: '0000-01-01T00:00:00Z' } }), field: 'until' },
      { change: () => ({ query: { until: '9999-12-31T23:59:59-14:00' } }), field: 'until' },
      { change: () => ({ query: { cursor: beyondBigint } }), field: 'cursor' },
      { change: () => ({ query: { limit: '0' } }), field: 'limit' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({
        items: [
          {
            name: 'group_update',
            actor: { id: null, name: sent.query?.q, tokenId: null },
            application: { displayLabel: 'Egnyte' },
            target: { type: 'group', name: 'Readers' },
            changes: { name: { from: 'Leser', to: 'Readers' } },
          },
        ],
      });
      expect(answer).not.toHaveProperty('nextCursor');
      const [found] = (answer as { items: { application: { id: string } }[] }).items;
      const token = await world.token('administrator');
      // The application that was made up for this event is its target, too.
      const id = found?.application.id;
      const its = await world.send('GET', `/events?applicationId=${id}&targetId=${id}`, { token });
      expect(its.body).toMatchObject({ items: [found] });
      const none = await world.send('GET', `/events?applicationId=${id}&cycleId=${id}`, { token });
      expect(none.body).toEqual({ items: [], partial: false });
      const all = await world.send('GET', '/events?limit=2', { token });
      const { items, nextCursor } = all.body as { items: { id: string }[]; nextCursor: string };
      const next = await world.send('GET', `/events?limit=1&cursor=${nextCursor}`, { token });
      const [third] = (next.body as { items: { id: string }[] }).items;
      expect(BigInt(third?.id ?? 0)).toBeLessThan(BigInt(items[1]?.id ?? 0));
    },
  },
  readEventFeed: {
    valid: async (world) => {
      // As a SIEM does: from where it stands, what comes next.
      const { nextCursor } = await readFeed(world, 'from=now');
      await anEvent();
      return { query: { cursor: nextCursor, names: 'group_update', limit: '1000' } };
    },
    invalid: [
      { change: () => ({ query: { cursor: '-1' } }), field: 'cursor' },
      { change: () => ({ query: { cursor: beyondBigint } }), field: 'cursor' },
      { change: () => ({ query: { from: 'yesterday' } }), field: 'from' },
      { change: () => ({ query: { names: 'rain' } }), field: 'names.0' },
      { change: () => ({ query: { applicationIds: `${absent},egnyte` } }), field: 'applicationIds.1' },
      { change: () => ({ query: { limit: '1001' } }), field: 'limit' },
    ],
    after: async (_answer, { query }, world) => {
      const { id, actor } = await anEvent();
      const { applicationId } = await db.event.findUniqueOrThrow({ where: { id: BigInt(id) } });
      const from = `cursor=${query?.cursor}`;
      // An event is read once every transaction that began before it has ended, those of others in the same server too.
      const found = await vi.waitFor(
        async () => {
          const feed = await readFeed(world, `${from}&limit=1000&applicationIds=${applicationId}&names=group_update`);
          expect(feed.items).toHaveLength(1);
          return feed;
        },
        { timeout: 20_000, interval: 100 },
      );
      expect(found.items[0]).toMatchObject({ id, actor: { name: actor } });
      expect(await readFeed(world, `cursor=${found.nextCursor}&applicationIds=${applicationId}`)).toMatchObject({
        items: [],
        nextCursor: expect.stringMatching(/^\d+$/),
      });
      const one = await readFeed(world, `${from}&limit=1`);
      expect(one.items).toHaveLength(1);
      expect(one.nextCursor).toBe(one.items[0]?.id);
    },
  },
  getEvent: {
    valid: async (world) => {
      const { id } = await world.application();
      const operation = await db.operation.create({
        data: {
          applicationId: id,
          action: 'create',
          state: 'succeeded',
          changes: {},
          durationMs: 12,
          exchange: { create: { method: 'POST', url: 'https://scim.example/Users', requestBody: '{}', status: 201 } },
        },
      });
      const target = { type: 'user', id: await world.person(), name: 'ana' } as const;
      const application = { id, displayLabel: 'Egnyte' };
      await recordEvents(db, [
        { name: 'user_create_provision', actor: systemActor, application, target, operationId: operation.id },
      ]);
      const event = await db.event.findFirstOrThrow({ where: { operationId: operation.id } });
      return { params: { id: String(event.id) } };
    },
    invalid: [
      { change: () => ({ params: { id: '9223372036854775807' } }), code: 'not_found' },
      { change: () => ({ params: { id: beyondBigint } }), field: 'id' },
      { change: () => ({ params: { id: '-1' } }), field: 'id' },
    ],
    after: async (answer, sent) => {
      const { operationId } = await db.event.findUniqueOrThrow({ where: { id: BigInt(sent.params?.id ?? 0) } });
      expect(answer).toMatchObject({
        id: sent.params?.id,
        name: 'user_create_provision',
        target: { type: 'user', name: 'ana' },
        exchange: { method: 'POST', url: 'https://scim.example/Users', requestBody: '{}', status: 201 },
        durationMs: 12,
        operationId,
      });
    },
  },
};
