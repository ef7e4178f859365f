import { beforeEach, describe, expect, test } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { valuesOf } from '@/lib/core/setting';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteDue } from '@/lib/installation/retention';
import { readMail } from '@/lib/mail/read-outbox';
import { installationSettings } from '@/lib/settings/schema';
import { findActivation, redeemActivationLink } from './redeem-activation-link';
import { requestPasswordLink } from './request-password-link';
import { sendPasswordLink } from './send-password-link';
import { aPerson, queued } from './testing/people';

beforeEach(async () => {
  setClockOffset(0);
  await emptyTables('users', 'events', 'mails', 'password_link_limits');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

const ask = (name: string, clientAddress: string | null = '192.0.2.7') => requestPasswordLink({ name, clientAddress });

/** Runs what waits in the queue, as the worker does. */
async function work(): Promise<void> {
  for (const payload of await queued('send-password-link')) {
    await sendPasswordLink(payload as Parameters<typeof sendPasswordLink>[0]);
  }
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
}

async function mails() {
  const rows = await db.mail.findMany({ orderBy: { createdAt: 'asc' } });
  return Promise.all(rows.map((row) => readMail(row.id)));
}
const tokenIn = (text: string) => /token=([\w-]+)/.exec(text)?.[1] ?? '';
const requests = () => db.event.findMany({ where: { name: 'password_link_request' } });

describe('Forgot password', () => {
  test('mails a link that works once and for an hour, whether username or e-mail address was typed', async () => {
    const person = await aPerson({ username: 'kim', passwordHash: 'set' });
    for (const name of ['kim', ' KIM@acme.example ']) await ask(name);
    await work();
    const [older, newer] = await mails();
    expect(newer).toMatchObject({ to: person.email, subject: 'Choose a new Latchkey password' });
    expect(await findActivation(tokenIn(older?.text ?? ''))).toEqual({ state: 'ended' });
    const token = tokenIn(newer?.text ?? '');
    expect(await findActivation(token)).toMatchObject({ state: 'open', username: 'kim', first: false });
    setClockOffset(61 * 60_000);
    expect(await findActivation(token)).toEqual({ state: 'expired' });
    setClockOffset(59 * 60_000);
    await redeemActivationLink({ token, password: 'meadow lantern cobalt', clientAddress: null });
    expect(await findActivation(token)).toEqual({ state: 'used' });
    expect(await requests()).toMatchObject([{ targetId: person.id, clientAddress: '192.0.2.7' }, {}]);
  });

  test('mails an activation link to somebody who never set a password', async () => {
    await aPerson({ username: 'kim' });
    await ask('kim');
    await work();
    const [mail] = await mails();
    expect(mail).toMatchObject({ subject: 'Set your Latchkey password' });
    setClockOffset(6 * 86_400_000);
    expect(await findActivation(tokenIn(mail?.text ?? ''))).toMatchObject({ state: 'open', first: true });
  });

  test('answers the same and does the same work whoever has the name, if anybody has', async () => {
    await aPerson({ username: 'kim', passwordHash: 'set' });
    await aPerson({ username: 'suspended', passwordHash: 'set', status: 'suspended' });
    await aPerson({ username: 'gone', passwordHash: 'set', deletedAt: new Date() });
    const names = ['kim', 'suspended', 'gone', 'nobody', 'a typed password'];
    for (const name of names) expect(await ask(name)).toBeUndefined();
    const waiting = await queued('send-password-link');
    expect(waiting).toHaveLength(names.length);
    for (const name of names) expect(JSON.stringify(waiting)).not.toContain(name);
    await work();
    expect((await mails()).map((mail) => mail.to)).toEqual(['kim@acme.example']);
    expect((await requests()).map((event) => [event.targetName, event.outcome, event.code])).toEqual([
      ['kim', 'success', null],
      ['suspended', 'error', 'not_active'],
    ]);
  });

  test('mails one person three times within an hour, however often it is asked', async () => {
    await aPerson({ username: 'kim', passwordHash: 'set' });
    for (let time = 0; time < 6; time += 1) await ask('kim', `192.0.2.${time}`);
    await work();
    expect(await db.mail.count()).toBe(3);
    expect(await db.activationLink.count()).toBe(3);
    await db.activationLink.updateMany({ data: { createdAt: new Date(Date.now() - 3_601_000) } });
    await ask('kim');
    await work();
    expect(await db.mail.count()).toBe(4);
  });

  test('takes thirty requests of one address within an hour: not one row more after that', async () => {
    for (let time = 0; time < 30; time += 1) await ask(`nobody.${time}`, `2001:db8:0:1::${time}`);
    await expect(ask('kim', '2001:db8:0:1:ffff::1')).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await queued('send-password-link')).toHaveLength(30);
    await ask('kim', '2001:db8:0:2::1');
    await db.$executeRaw`UPDATE password_link_limits SET since = since - interval '61 minutes'`;
    await ask('kim', '2001:db8:0:1::1');
  });

  test('takes a thousand requests of all addresses within an hour: not one row more after that', async () => {
    await ask('kim', '192.0.2.1');
    await db.$executeRaw`UPDATE password_link_limits SET count = 1000 WHERE key = 'all'`;
    await expect(ask('kim', '192.0.2.2')).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await db.passwordLinkLimit.count()).toBe(2);
    expect(await queued('send-password-link')).toHaveLength(1);
  });

  test('forgets who asked after an hour', async () => {
    await ask('kim');
    await db.$executeRaw`UPDATE password_link_limits SET since = since - interval '61 minutes' WHERE key <> 'all'`;
    await transaction((tx) => deleteDue(tx, 'password_link_limits', valuesOf(installationSettings)));
    expect((await db.passwordLinkLimit.findMany()).map((row) => row.key)).toEqual(['all']);
  });
});
