import { expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from './actor';
import { listPersonHistory, personHistorySchema } from './person-history';
import { recordEvents } from './record';

const ana = { type: 'user' as const, id: '33333333-3333-4333-8333-333333333333', name: 'ana' };
const alex = { id: null, name: 'alex.kovacs', clientAddress: '192.0.2.7' };
const changes = { title: { from: 'Engineer', to: 'Lead' } };

test('the history of a person is what was changed of them, newest first; the rest is shown when asked for', async () => {
  await recordEvents(db, [
    { name: 'user_create', actor: alex, target: ana },
    { name: 'user_update', actor: alex, target: { ...ana, id: 'somebody else' }, changes },
    { name: 'user_update_provision', actor: systemActor, target: ana, changes },
    { name: 'session_start', actor: alex, target: ana },
    { name: 'user_suspend', actor: alex, target: ana, outcome: 'error', code: 'conflict', message: 'Refused.' },
    { name: 'user_update', actor: alex, target: ana, changes },
  ]);
  const names = async (query: object) =>
    (await listPersonHistory(ana.id, personHistorySchema.parse(query))).items.map(({ name }) => name);
  const all = ['user_update', 'user_suspend', 'session_start', 'user_update_provision', 'user_create'];
  expect(await names({})).toEqual(['user_update', 'user_create']);
  expect(await names({ show: 'nonsense' })).toEqual(['user_update', 'user_create']);
  expect(await names({ show: 'all' })).toEqual(all);
  expect(await names({ q: 'create' })).toEqual(['user_create']);
  const [first] = (await listPersonHistory(ana.id, {})).items;
  expect(first).toMatchObject({ actorName: 'alex.kovacs', changes });

  await recordEvents(
    db,
    Array.from({ length: 30 }, () => ({ name: 'user_update' as const, actor: alex, target: ana, changes })),
  );
  const page = await listPersonHistory(ana.id, {});
  expect(page.items).toHaveLength(25);
  const next = await listPersonHistory(ana.id, personHistorySchema.parse({ cursor: page.nextCursor }));
  expect(next.items.map(({ name }) => name).slice(-2)).toEqual(['user_update', 'user_create']);
  expect(next.items).toHaveLength(7);
  expect(next.nextCursor).toBeUndefined();
});
