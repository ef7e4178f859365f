import { beforeEach, describe, expect, test } from 'vitest';
import { unseal } from '@/lib/crypto/seal';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { mailContext } from '@/lib/mail/send-later';
import type { ScimFailure } from '@/lib/scim/failure';
import { findConnection } from './connection';
import { endCycle } from './cycles/end-cycle';
import { createBlame } from './internal/blame';
import { failingSubject, keptError } from './internal/failed-as-one';
import { judge } from './internal/verdict';
import { pauseIntegration } from './pause-integration';
import { endRest, handleVerdict, quarantine } from './quarantine';
import { integratedApplication, linkedPerson, whileHeld } from './testing/integration';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

const unavailable: ScimFailure = { kind: 'unavailable', status: 503, detail: '503' };
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

describe('who is told', () => {
  const mails = async () => {
    const found = await db.mail.findMany({ orderBy: { id: 'asc' } });
    return found.map(({ to, subject, textSealed, id }) => ({ to, subject, text: unseal(textSealed, mailContext(id)) }));
  };
  const told = async () => (await mails()).map(({ to, subject }) => `${to}: ${subject}`);
  const fails = (reason: string) => quarantine({ application: { id: applicationId, displayLabel: 'Egnyte' } }, reason);
  const works = () => transaction((tx) => endRest(tx, { id: applicationId, displayLabel: 'Egnyte' }));
  /** As when a cycle has sent so much. */
  const cycleOf = async (succeeded: number, failed: number, asOne?: string) => {
    const cycle = await db.cycle.create({ data: { applicationId, trigger: 'manual', stage: 'groups' } });
    for (let index = 0; index < succeeded + failed; index += 1) {
      const { id: userLinkId } = await linkedPerson(applicationId, `Ana ${cycle.id} ${index}`, 'provisioned');
      const state = index < succeeded ? 'succeeded' : 'failed';
      const error = keptError({ code: 'Unavailable', message: '503' }, { ...unavailable, ...(asOne ? { asOne } : {}) });
      await db.operation.create({
        data: {
          applicationId,
          userLinkId,
          cycleId: cycle.id,
          action: 'update',
          changes: {},
          state,
          error: { ...error },
        },
      });
    }
    await endCycle(cycle, 'finish');
    return db.integration.findUniqueOrThrow({ where: { applicationId } });
  };

  beforeEach(async () => {
    process.env.ORIGIN ??= 'http://localhost:3000';
    await db.$executeRaw`TRUNCATE mails`;
    const data = { firstname: 'Ada', lastname: 'Kim', displayName: 'Ada Kim', role: 'administrator' as const };
    await db.user.create({ data: { username: 'ada', email: 'ada@acme.example', ...data } });
  });

  test('one mail for each cause with where to mend it, another for another cause, and one when it is over', async () => {
    await fails('Revoked.');
    await fails('Revoked.');
    expect(await mails()).toMatchObject([
      {
        to: 'ada@acme.example',
        subject: 'Egnyte: provisioning is quarantined',
        text: expect.stringContaining(`/applications/${applicationId}/identity-management`),
      },
    ]);
    await fails('No such place.');
    await works();
    await works();
    expect((await told()).slice(1)).toEqual([
      'ada@acme.example: Egnyte: provisioning stays quarantined, for another reason',
      'ada@acme.example: Egnyte: provisioning is out of quarantine',
    ]);
    expect((await mails())[2]?.text).toMatch(/works again.*quarantined since .*No such place/s);
  });

  test('the address of the application is told, or that of the installation, and nobody else', async () => {
    await db.integration.update({
      where: { applicationId },
      data: { settings: { notificationEmail: 'egnyte@acme.example' } },
    });
    await fails('Revoked.');
    expect(await told()).toEqual(['egnyte@acme.example: Egnyte: provisioning is quarantined']);
  });

  test('after 28 days nothing is tried any more, which is told', async () => {
    await fails('Revoked.');
    const longAgo = new Date(Date.now() - 29 * 24 * 60 * 60_000);
    await db.integration.update({ where: { applicationId }, data: { quarantinedAt: longAgo } });
    await fails('Revoked.');
    expect(await db.integration.findFirst()).toMatchObject({ status: 'paused' });
    expect((await told())[1]).toBe('ada@acme.example: Egnyte: provisioning is switched off');
  });

  test('more than 40 % of at least 20 that fail in a cycle quarantine it, until another cycle works, and are told once', async () => {
    expect(await cycleOf(11, 8)).toMatchObject({ status: 'active' });
    expect(await cycleOf(12, 8)).toMatchObject({ status: 'active' });
    const held = await cycleOf(11, 9);
    expect(held).toMatchObject({ status: 'quarantined', quarantineReason: expect.stringContaining('503') });
    await works();
    expect(await cycleOf(10, 10)).toMatchObject({ status: 'quarantined', quarantinedAt: held.quarantinedAt });
    expect(await told()).toHaveLength(1);
    await works();
    expect(await cycleOf(1, 0)).toMatchObject({ status: 'active', quarantinedAt: null });
    expect((await told())[1]).toBe('ada@acme.example: Egnyte: provisioning is out of quarantine');
  });

  test('a request of many that failed is one failure, after the cycle as during it', async () => {
    expect(await cycleOf(1, 20, 'the request')).toMatchObject({ status: 'active' });
    const blame = createBlame();
    const failure = { ...unavailable, asOne: 'the request' };
    const verdicts = ['ana', 'bob', 'cleo', 'dan', 'eve', 'finn'].map((link) =>
      blame.consider(judge(failure, 'update'), failingSubject(failure, link)),
    );
    expect(verdicts.every(({ connection }) => connection === 'fine')).toBe(true);
    expect(await cycleOf(1, 20)).toMatchObject({ status: 'quarantined' });
  });
});
