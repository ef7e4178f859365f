import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import type { Actor } from '@/lib/events/actor';
import { retryFailed, retryLink } from './retry-links';
import { integratedApplication, linkedPerson } from './testing/integration';

const actor: Actor = { id: null, name: 'helpdesk script', clientAddress: '192.0.2.7' };
let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

const events = () => db.event.findMany({ where: { name: 'provisioning_retry' }, orderBy: { id: 'asc' } });

test('a retry is on record with who asked for it and whose account it is', async () => {
  const link = await linkedPerson(applicationId, 'Ana', 'error');
  await retryLink(actor, { linkId: link.id });
  expect((await db.userLink.findUniqueOrThrow({ where: { id: link.id } })).dueAt).not.toBeNull();
  expect(await events()).toMatchObject([
    { actorName: 'helpdesk script', outcome: 'success', targetType: 'user', targetId: link.userId, applicationId },
  ]);
});

test('a retry of an account that is not there is a refused attempt', async () => {
  await expect(retryLink(actor, { linkId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
  expect(await events()).toMatchObject([{ outcome: 'error', code: 'not_found' }]);
});

test('a released account is not retried: it is not managed', async () => {
  const link = await linkedPerson(applicationId, 'Ana', 'released');
  await expect(retryLink(actor, { linkId: link.id })).rejects.toMatchObject({ code: 'conflict' });
  expect((await db.userLink.findUniqueOrThrow({ where: { id: link.id } })).dueAt).toBeNull();
});

test('retrying all that failed is one event that counts them, and names the application', async () => {
  for (const name of ['Ana', 'Ben']) await linkedPerson(applicationId, name, 'error');
  await linkedPerson(applicationId, 'Cem', 'provisioned');
  expect(await retryFailed(actor, { applicationId })).toMatchObject({ id: applicationId, changed: 2 });
  const [event, ...more] = await events();
  expect(more).toEqual([]);
  expect(event).toMatchObject({ applicationLabel: 'Egnyte', targetType: 'application', targetId: applicationId });
  expect(event?.message).toContain('2 accounts');
});

test('retrying all that failed in an application that is not there is refused', async () => {
  await expect(retryFailed(actor, { applicationId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
});

test('a retry while nothing is sent says what it waits for, and changes nothing of that', async () => {
  const link = await linkedPerson(applicationId, 'Ana', 'error');
  for (const [status, waits] of [
    ['quarantined', /is quarantined.*tried when that ends.*Run now/],
    ['paused', /is paused.*tried when it is resumed/],
  ] as const) {
    await db.integration.update({ where: { applicationId }, data: { status } });
    await retryLink(actor, { linkId: link.id });
    await retryFailed(actor, { applicationId });
    const [one, many] = (await events()).slice(-2);
    expect(one?.message).toMatch(waits);
    expect(many?.message).toMatch(waits);
    expect(many?.message).toContain('1 account');
    expect(await db.integration.findUniqueOrThrow({ where: { applicationId } })).toMatchObject({ status });
  }
});

test('nothing is retried where Identity Management is not active', async () => {
  const link = await linkedPerson(applicationId, 'Ana', 'error');
  await db.integration.update({ where: { applicationId }, data: { status: 'inactive' } });
  await expect(retryLink(actor, { linkId: link.id })).rejects.toMatchObject({ code: 'not_active' });
  await expect(retryFailed(actor, { applicationId })).rejects.toMatchObject({ code: 'not_active' });
  expect((await db.userLink.findUniqueOrThrow({ where: { id: link.id } })).dueAt).toBeNull();
});

test('an open question of outcome is closed by whoever looked at the one account, not by retrying all', async () => {
  const link = await linkedPerson(applicationId, 'Ana', 'outcome_unknown');
  const operation = { applicationId, userLinkId: link.id, action: 'create', state: 'unknown', changes: {} } as const;
  await db.operation.create({ data: operation });
  const open = () => db.operation.count({ where: { userLinkId: link.id, finishedAt: null } });
  expect(await retryFailed(actor, { applicationId })).toMatchObject({ changed: 1 });
  expect(await open()).toBe(1);
  await retryLink(actor, { linkId: link.id });
  expect(await open()).toBe(0);
});
