import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { findConnection } from './connection';
import { judge } from './internal/verdict';
import { pauseIntegration } from './pause-integration';
import { handleVerdict } from './quarantine';
import { integratedApplication, whileHeld } from './testing/integration';

let applicationId = '';

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
  applicationId = await integratedApplication();
});

const unauthorized = judge({ kind: 'unauthorized', status: 401, detail: 'Revoked.' }, 'update');

test('a connection that is refused is quarantined', async () => {
  const connection = await connected();
  await handleVerdict(connection, unauthorized);
  expect(await db.integration.findFirst()).toMatchObject({ status: 'quarantined', quarantineReason: 'Revoked.' });
});

test('what was under way when somebody paused does not undo the pause: not after it, not at the same moment', async () => {
  const connection = await connected();
  const pause = () => pauseIntegration(systemActor, { applicationId });
  await whileHeld(
    (tx) => tx.integration.update({ where: { applicationId }, data: { status: 'paused' } }),
    () => handleVerdict(connection, unauthorized),
  );
  expect(await db.integration.findFirst()).toMatchObject({ status: 'paused' });
  await pause();
  await handleVerdict(connection, unauthorized);
  expect(await db.integration.findFirst()).toMatchObject({ status: 'paused', quarantineReason: null });
  expect(await db.event.count({ where: { name: 'idm_integration_quarantine' } })).toBe(0);
});

async function connected() {
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('It is connected.');
  return connection;
}
