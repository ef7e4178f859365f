import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { listAttention } from '@/lib/home/attention';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { warnOfEndingSecrets } from '@/lib/provisioning/warn-of-ending-secrets';

const dayMs = 24 * 60 * 60_000;
let applicationId = '';

beforeEach(async () => {
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
  await emptyTables('users', 'applications', 'events', 'mails');
  const person = { firstname: 'Ana', lastname: 'Kim', displayName: 'Ana Kim', role: 'administrator' as const };
  await db.user.create({ data: { username: 'ana', email: 'ana@acme.example', ...person } });
  applicationId = await integratedApplication('Egnyte');
});

const inDays = (days: number) => new Date(Date.now() + days * dayMs + 60_000);
const end = (secretEndsAt: Date | null, settings = {}) =>
  db.integration.update({ where: { applicationId }, data: { secretEndsAt, settings } });
const told = async () => {
  await warnOfEndingSecrets();
  const events = await db.event.findMany({ where: { name: 'idm_secret_ending' }, orderBy: { id: 'asc' } });
  return events.map(({ message }) => message);
};
const onHome = async () => (await listAttention()).filter(({ id }) => id.startsWith('secret:'));

test('an end is told of 30 days before and 7 days before, once each, by event, mail and Home', async () => {
  await end(inDays(31));
  expect(await told()).toEqual([]);
  expect(await onHome()).toEqual([]);
  await end(inDays(29));
  expect(await told()).toEqual([expect.stringContaining('ends in 29 days')]);
  expect(await onHome()).toMatchObject([
    { severity: 'warning', title: 'The secret of the connection ends in 29 days' },
  ]);
  await Promise.all([warnOfEndingSecrets(), warnOfEndingSecrets()]);
  expect(await told()).toHaveLength(1);
  expect(await db.mail.findMany()).toMatchObject([
    { to: 'ana@acme.example', subject: expect.stringContaining('29 days') },
  ]);
  await end(inDays(6));
  expect(await told()).toEqual([expect.anything(), expect.stringContaining('ends in 6 days')]);
  expect(await onHome()).toMatchObject([{ severity: 'error' }]);
  expect(await db.mail.count()).toBe(2);
});

test('what an administrator noted goes before what the token says, with who renews it', async () => {
  const secretEnds = inDays(3).toISOString().slice(0, 10);
  await end(inDays(400), { secretEnds, secretOwner: 'Ben of IT' });
  expect(await told()).toEqual([expect.stringContaining('Ben of IT sees to it')]);
  expect(await onHome()).toMatchObject([{ cause: expect.stringContaining('Ben of IT') }]);
});

test('nobody is told of a connection that was deactivated, or of a secret whose end nobody knows', async () => {
  await end(null);
  expect(await told()).toEqual([]);
  await end(inDays(3));
  await db.integration.update({ where: { applicationId }, data: { status: 'inactive' } });
  expect(await told()).toEqual([]);
  expect(await onHome()).toEqual([]);
});

test('the end of a connection’s own authority is told of as well, beside that of its secret', async () => {
  await end(inDays(6));
  await db.integration.update({ where: { applicationId }, data: { trustEndsAt: inDays(20) } });
  const both = [expect.stringContaining('secret'), expect.stringContaining('own authority ends in 20 days')];
  expect(await told()).toEqual(both);
  expect(await told()).toEqual(both);
  expect((await listAttention()).filter(({ id }) => id.startsWith('trust:'))).toMatchObject([
    { severity: 'warning', title: expect.stringContaining('own authority ends in 20 days') },
  ]);
});
