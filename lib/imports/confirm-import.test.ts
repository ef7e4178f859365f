import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { aPerson } from '@/lib/directory/testing/people';
import type { Actor } from '@/lib/events/actor';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { confirmImport } from './confirm-import';
import { decideRow } from './decide-row';
import { runRows } from './run-import';

const actor: Actor = { id: null, name: 'import script', clientAddress: '192.0.2.7' };
let applicationId = '';
let importId = '';
let userId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  const names = { firstname: 'Ana', lastname: 'Martinez', displayName: 'Ana Martinez' };
  const user = await db.user.create({ data: { username: 'ana', email: 'ana@acme.example', ...names } });
  userId = user.id;
  const row = { userName: 'ana.martinez', active: true };
  const rows = [
    { ...row, remoteId: 'listed', match: 'partial' as const, candidateIds: [userId] },
    { ...row, remoteId: 'linked', match: 'imported' as const },
    { ...row, remoteId: 'failed', match: 'none' as const, state: 'failed' as const, decision: 'create' as const },
  ];
  const made = { applicationId, state: 'review' as const, startedByName: 'somebody', rows: { create: rows } };
  importId = (await db.import.create({ data: made })).id;
});

const decide = (remoteId: string, decision: Parameters<typeof decideRow>[1]['decision'], by = actor) =>
  decideRow(by, { importId, remoteId, decision });
const events = () => db.event.findMany({ where: { name: 'import_decide' }, orderBy: { id: 'asc' } });
const row = (remoteId: string) => db.importRow.findUnique({ where: { importId_remoteId: { importId, remoteId } } });

test('a choice is on record: who made it, for which account, and what it was before', async () => {
  await decide('listed', { kind: 'link', userId });
  await decide('listed', { kind: 'ignore' });
  expect(await row('listed')).toMatchObject({ decision: 'ignore', userId: null });
  const account = { applicationId, actorName: 'import script', targetType: 'account', targetId: 'listed' };
  expect(await events()).toMatchObject([
    { ...account, message: 'To be linked to Ana Martinez.', changes: { decision: { from: null, to: 'link' } } },
    { ...account, message: 'To be left out.', changes: { decision: { from: 'link', to: 'ignore' } } },
  ]);
});

test('a choice that is not allowed is a refused attempt', async () => {
  const stranger = {
    username: 'ben',
    email: 'ben@acme.example',
    firstname: 'Ben',
    lastname: 'Ode',
    displayName: 'Ben',
  };
  const { id } = await db.user.create({ data: stranger });
  const helga = await aPerson({ username: 'helga', role: 'helpdesk' });
  const by = { id: helga.id, name: 'helga', clientAddress: null };
  await expect(decide('listed', { kind: 'link', userId: id }, by)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await events()).toMatchObject([{ outcome: 'error', code: 'forbidden', targetId: 'listed' }]);
  expect(await row('listed')).toMatchObject({ decision: null });
});

test('an account that is not in the import is not found, and one that is linked already is no choice', async () => {
  await expect(decide('elsewhere', { kind: 'create' })).rejects.toMatchObject({ code: 'not_found', field: 'remoteId' });
  await expect(decide('linked', { kind: 'create' })).rejects.toMatchObject({ code: 'conflict' });
  const nobody = { kind: 'link' as const, userId: crypto.randomUUID() };
  await expect(decide('listed', nobody)).rejects.toMatchObject({ code: 'not_found', field: 'decision.userId' });
});

test('a choice is taken while it can matter: during the review, and for a row that failed', async () => {
  await db.import.update({ where: { id: importId }, data: { state: 'fetching' } });
  await expect(decide('listed', { kind: 'create' })).rejects.toMatchObject({ code: 'conflict' });
  await db.import.update({ where: { id: importId }, data: { state: 'finished', finishedAt: new Date() } });
  await expect(decide('listed', { kind: 'create' })).rejects.toMatchObject({ code: 'conflict' });
  await decide('failed', { kind: 'link', userId });
  expect(await row('failed')).toMatchObject({ decision: 'link', userId });
});

test('what nobody watches is run by the worker at once, however few rows', async () => {
  await decide('listed', { kind: 'create' });
  const before = Date.now();
  const selection = { remoteIds: ['listed'] };
  expect(await confirmImport(actor, { importId, selection, background: true })).toMatchObject({
    changed: 1,
    background: true,
    ownLeftOut: 0,
  });
  const [job] = await db.$queryRaw<{ runAt: Date }[]>`
    SELECT run_at AS "runAt" FROM graphile_worker.jobs WHERE task_identifier = 'import-run'`;
  expect((job?.runAt.getTime() ?? Number.POSITIVE_INFINITY) - before).toBeLessThan(15_000);
});

test('whoever takes the next row reads none of those that are done', async () => {
  await db.import.update({ where: { id: importId }, data: { state: 'running', confirmedAt: new Date() } });
  await db.importRow.deleteMany({ where: { importId } });
  // Nothing was chosen for these: each fails by itself, at once.
  await db.$executeRaw`
    INSERT INTO import_rows (import_id, remote_id, user_name, active, match, state)
    SELECT ${importId}::uuid, lpad(n::text, 4, '0'), 'n' || n, true, 'none', 'queued' FROM generate_series(1, 3000) n`;
  await db.$executeRaw`ANALYZE import_rows`;
  await db.$executeRaw`UPDATE import_rows SET state = 'done' WHERE remote_id <= '2960'`;
  const read = async () => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ read: number }[]>`
      SELECT (idx_tup_fetch + seq_tup_read)::int AS read FROM pg_stat_user_tables WHERE relname = 'import_rows'`;
    return row?.read ?? 0;
  };
  const before = await read();
  await runRows(importId);
  expect(await db.importRow.count({ where: { importId, state: 'failed' } })).toBe(40);
  expect((await read()) - before).toBeLessThan(30_000);
});
