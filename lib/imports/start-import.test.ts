import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication, whileHeld } from '@/lib/provisioning/testing/integration';
import { confirmImport } from './confirm-import';
import { startImport } from './start-import';

let applicationId = '';
let importId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  const rows = ['1', '2'].map((remoteId) => ({
    remoteId,
    userName: `account.${remoteId}`,
    active: true,
    match: 'none' as const,
    decision: 'create' as const,
  }));
  const made = { applicationId, state: 'review' as const, startedByName: 'somebody', rows: { create: rows } };
  importId = (await db.import.create({ data: made })).id;
});

test('an import that is confirmed in the same moment is not given up for another: what was queued stays', async () => {
  // The confirmation has its lock and waits for a row, so that the other start comes in between.
  let confirming: Promise<unknown> | undefined;
  const starting = whileHeld(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM import_rows WHERE import_id = ${importId}::uuid FOR UPDATE`;
      const selection = { remoteIds: ['1', '2'] };
      confirming = confirmImport(systemActor, { importId, selection });
      await untilWaiting(1);
    },
    () => startImport(systemActor, { applicationId, replace: true }),
    2,
  );
  await expect(starting).rejects.toMatchObject({ code: 'already_active' });
  await confirming;
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'running', finishedAt: null });
  expect(await db.importRow.count({ where: { importId, state: 'queued' } })).toBe(2);
});

test('an import that waits for review is given up for another when that is asked for', async () => {
  const started = await startImport(systemActor, { applicationId, replace: true });
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'finished' });
  expect(await db.importRow.count({ where: { importId } })).toBe(0);
  expect(await db.import.findUnique({ where: { id: started.id } })).toMatchObject({ state: 'fetching' });
});
