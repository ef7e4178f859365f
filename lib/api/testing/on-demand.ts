import { expect } from 'vitest';
import { db } from '@/lib/db/client';
import type { Case, World } from './world';

const nobody = '00000000-0000-7000-8000-000000000000';

let reading: ReturnType<World['connected']> | undefined;

/** An application with somebody to be created in it. Made once, only to be read. */
function connected(world: World) {
  reading ??= world.connected();
  return reading;
}

let unconnected = '';

export const onDemandCases: Record<string, Case> = {
  previewOnDemand: {
    valid: async (world) => {
      const { slug, userId } = await connected(world);
      unconnected ||= (await world.application()).id;
      return { params: { application: slug }, query: { subject: 'user', subjectId: userId } };
    },
    invalid: [
      { change: ({ query = {} }) => ({ query: { ...query, subject: 'account' } }), field: 'subject' },
      { change: ({ query = {} }) => ({ query: { ...query, subjectId: 'ana' } }), field: 'subjectId' },
      { change: ({ query = {} }) => ({ query: { ...query, subjectId: nobody } }), code: 'not_found' },
      { change: ({ query = {} }) => ({ query, params: { application: unconnected } }), code: 'not_active' },
    ],
    after: async (answer, _sent, world) => {
      const { slug, groupId } = await connected(world);
      expect(answer).toMatchObject({ action: 'create', request: { method: 'POST', path: '/Users' } });
      const token = await world.token('helpdesk');
      const path = `/applications/${slug}/on-demand/preview?subject=group&subjectId=${groupId}`;
      expect((await world.send('GET', path, { token })).body).toMatchObject({ subject: { type: 'group' } });
    },
  },
  provisionOnDemand: {
    valid: async (world) => {
      const { slug, userId } = await world.connected();
      unconnected ||= (await world.application()).id;
      return { params: { application: slug }, body: { subject: 'user', subjectId: userId } };
    },
    invalid: [
      { change: ({ body }) => ({ body: { ...(body as object), subject: 'account' } }), field: 'subject' },
      { change: ({ body }) => ({ body: { ...(body as object), subjectId: nobody } }), code: 'not_found' },
      { change: () => ({ params: { application: unconnected } }), code: 'not_active' },
    ],
    after: async (answer, sent, world) => {
      const { id } = answer as { id: string };
      const token = await world.token('helpdesk');
      const path = `/applications/${sent.params?.application}/on-demand`;
      const again = await world.send('POST', path, { token, body: sent.body });
      expect(again.body).toEqual({ id });
      const listed = await world.send('GET', path, { token });
      expect(listed.body).toMatchObject({ items: [{ id, outcome: null }] });
      expect(await db.userLink.count({ where: { onDemandId: id, priority: 0 } })).toBe(1);
    },
  },
  listOnDemandRuns: {
    valid: async (world) => ({ params: { application: (await connected(world)).slug } }),
    after: (answer) => {
      expect(answer).toEqual({ items: [] });
    },
  },
  getAttempt: {
    valid: async (world) => {
      const { id: applicationId, userId } = await connected(world);
      const run = { applicationId, userId, startedByName: 'Ana', outcome: 'nothing', finishedAt: new Date() };
      return { params: { id: (await db.onDemandRun.create({ data: run })).id } };
    },
    invalid: [{ change: () => ({ params: { id: nobody } }), code: 'not_found' }],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ startedByName: 'Ana', final: true, steps: { length: 5 } });
      await db.onDemandRun.delete({ where: { id: sent.params?.id ?? '' } });
    },
    alone: true,
  },
};
