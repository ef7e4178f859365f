import { expect } from 'vitest';
import { runBatch } from '@/lib/batches/run-batch';
import { startUserBatch } from '@/lib/batches/start-batch';
import { readUserFile } from '@/lib/batches/user-file';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { type Case, unique, type World } from './world';

const absent = '00000000-0000-7000-8000-000000000000';
const ofNothing = { change: () => ({ params: { id: absent } }), code: 'not_found' };

/** A batch that suspended two people. */
async function suspended(world: World): Promise<{ id: string; userIds: string[] }> {
  const userIds = [await world.person(), await world.person()];
  const { id } = await startUserBatch(systemActor, { action: 'suspend', userIds });
  await runBatch(id);
  return { id, userIds };
}

const fileOf = (name: string) =>
  `Login;Mail;First name;Last name;Column X\n${name};${name}@acme.example;Ana;Keller;Dunno\n`;
const read = () => readUserFile(systemActor, { name: 'people.csv', text: fileOf(unique('file')) });

export const userBatchCases: Record<string, Case> = {
  startUserBatch: {
    valid: async (world) => {
      const department = unique('department');
      const people = [await world.person(), await world.person()];
      await db.user.updateMany({ where: { id: { in: people } }, data: { department } });
      return { body: { action: 'suspend', filter: { department }, expected: 2 } };
    },
    invalid: [
      { change: () => ({ body: { action: 'promote', userIds: [absent] } }), field: 'action' },
      { change: () => ({ body: { action: 'suspend', userIds: [] } }), field: 'userIds' },
      { change: () => ({ body: { action: 'add_to_group', userIds: [absent] } }), field: 'groupId' },
      { change: ({ body }) => ({ body: { ...(body as object), expected: 3 } }), code: 'conflict' },
    ],
    after: async (answer, _sent, world) => {
      const { id } = answer as { id: string };
      expect(answer).toMatchObject({ changed: 2 });
      await runBatch(id);
      const token = await world.token('administrator');
      const read = await world.send('GET', `/user-batches/${id}`, { token });
      expect(read.body).toMatchObject({ state: 'finished', total: 2, counts: { done: 2 }, canUndo: true });
    },
  },
  previewUserBatch: {
    valid: async (world) => ({ body: { userIds: [await world.person()], suspends: true } }),
    invalid: [{ change: () => ({ body: { userIds: ['somebody'] } }), field: 'userIds.0' }],
    after: (answer) => expect(answer).toEqual({ people: 1, accounts: 0, applications: [] }),
  },
  getUserBatch: {
    valid: async (world) => ({ params: { id: (await suspended(world)).id } }),
    invalid: [ofNothing],
    after: (answer) =>
      expect(answer).toMatchObject({ action: 'suspend', state: 'finished', counts: { done: 2, failed: 0 } }),
  },
  listUserBatchRows: {
    valid: async (world) => ({ params: { id: (await suspended(world)).id }, query: { state: 'done' } }),
    invalid: [ofNothing, { change: () => ({ query: { state: 'over' } }), field: 'state' }],
    after: (answer) => expect(answer).toMatchObject({ items: [{ no: 1, state: 'done', error: null }, { no: 2 }] }),
  },
  readUserFile: {
    valid: async () => ({ body: { name: 'people.csv', text: fileOf(unique('file')) } }),
    invalid: [
      { change: () => ({ body: { text: 'username,email' } }), field: 'text' },
      { change: () => ({ body: { name: 'two\nlines', text: 'a\nb' } }), field: 'name' },
    ],
    after: async (answer, _sent, world) => {
      const { id } = answer as { id: string };
      const token = await world.token('administrator');
      const read = await world.send('GET', `/user-batches/${id}`, { token });
      expect(read.body).toMatchObject({
        state: 'review',
        planned: { create: 1 },
        file: { columns: ['username', 'email', 'firstname', 'lastname', ''] },
      });
    },
  },
  mapUserFile: {
    valid: async () => ({
      params: { id: (await read()).id },
      body: { columns: ['username', 'email', 'firstname', 'lastname', 'department'] },
    }),
    invalid: [
      ofNothing,
      { change: () => ({ body: { columns: ['username'] } }), field: 'columns' },
      { change: () => ({ body: { columns: ['username', 'username', '', '', ''] } }), field: 'columns' },
    ],
    after: async (_answer, sent) =>
      expect(await db.userBatchRow.findFirst({ where: { batchId: sent.params?.id ?? '' } })).toMatchObject({
        plan: { changes: { department: { to: 'Dunno' } } },
      }),
  },
  importUserFile: {
    valid: async () => ({ params: { id: (await read()).id }, body: { sendActivation: false } }),
    invalid: [ofNothing, { change: () => ({ body: { sendActivation: 'yes' } }), field: 'sendActivation' }],
    after: async (answer) => {
      const { id } = answer as { id: string };
      await runBatch(id);
      const [row] = await db.userBatchRow.findMany({ where: { batchId: id } });
      expect(row).toMatchObject({ state: 'done', no: 2 });
      expect(await db.user.findUnique({ where: { id: row?.userId ?? '' } })).toMatchObject({ firstname: 'Ana' });
    },
  },
  undoUserBatch: {
    valid: async (world) => ({ params: { id: (await suspended(world)).id } }),
    invalid: [ofNothing],
    after: async (answer, sent, world) => {
      await runBatch((answer as { id: string }).id);
      const rows = await db.userBatchRow.findMany({ where: { batchId: sent.params?.id ?? '' } });
      const people = await db.user.findMany({ where: { id: { in: rows.flatMap(({ userId }) => userId ?? []) } } });
      expect(people.map(({ status }) => status)).toEqual(['active', 'active']);
      const token = await world.token('administrator');
      const again = await world.send('POST', `/user-batches/${sent.params?.id}/undo`, { token });
      expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    },
  },
};
