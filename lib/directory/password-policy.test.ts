import { beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '@/lib/crypto/password';
import { randomToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { ensureFirstAdministrator } from '@/lib/installation/ensure-first-administrator';
import { demoPassword } from '@/prisma/seed';
import { changePassword } from './change-password';
import { issueActivationLink } from './issue-activation-link';
import { assertAcceptablePassword } from './password-policy';
import { redeemActivationLink } from './redeem-activation-link';
import { aPerson, tester } from './testing/people';

const ana = {
  username: 'ana.martinez',
  email: 'ana.martinez@acme.example',
  firstname: 'Ana María',
  lastname: 'Martínez',
  displayName: 'Ana Martínez',
  company: 'Globex Corporation',
};
const refused = (password: string) => expect(assertAcceptablePassword(password, ana), password).rejects;

describe('a password is refused', () => {
  test('when it is too short, counted in characters, or too long', async () => {
    await refused('x7#kQ2!vLp9').toMatchObject({ code: 'invalid_input', field: 'password' });
    await refused('x7#kQ2!vLp9'.repeat(20)).toMatchObject({ code: 'invalid_input' });
  });

  test.each([
    'passwordpassword',
    'Password1234',
    'P@ssw0rd2026!',
    'drowssap!4321',
    'ＰＡＳＳＷＯＲＤ１２３４',
    'pässwörd1234',
    'p.a.s.s.w.o.r.d',
    'iloveyou1234',
    'letmeinletmein',
    'Welcome12345',
    'Summer2026Summer',
    'January2026!!',
    'football 2026',
    'monkey monkey 12',
    'internationally',
    'administrator1',
    'trustno1trustno1',
    '1qaz2wsx3edc4rfv',
    'motdepasse2026',
  ])(
    'when it is common, also reversed, doubled, spelled otherwise, or with something around it: %s',
    async (password) => {
      await refused(password).toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(/tried first|repeats/),
      });
    },
  );

  test.each([
    'ana.martinez',
    'Ana.Martinez1',
    'AnaMartinez2026',
    'zenitram.ana!99',
    'MARTÍNEZ María 1',
    'ana.martinez@acme.example',
    'Acme2026Acme!!',
    'Globex-Globex-1',
    'latchkeylatchkey',
    'Latchkey2026!',
    'a.n.a.m.a.r.t.i.n.e.z',
  ])('when the own name, address, company or the product makes up most of it: %s', async (password) => {
    await refused(password).toMatchObject({ message: expect.stringMatching(/name/) });
  });

  test.each(['aaaaaaaaaaaa', 'abcabcabcabc', 'xY7xY7xY7xY7', 'jkl;jkl;jkl;', '            ', 'hf83hf83hf83hf83hf83'])(
    'when a few characters are repeated: %s',
    async (password) => {
      await refused(password).toMatchObject({ message: expect.stringMatching(/repeat/) });
    },
  );

  test.each([
    '123456789012',
    'abcdefghijklm',
    'mlkjihgfedcba',
    'qwertyuiop[]',
    'qwertzuiopas',
    '!@#$%^&*()_+',
    '0123456789ab',
    "asdfghjkl;'#",
    '112233445566',
    'one two three four',
  ])('when it follows the alphabet, the numbers or the keyboard: %s', async (password) => {
    await refused(password).toMatchObject({ code: 'invalid_input' });
  });
});

describe('a password is taken', () => {
  test.each([
    'harbour violin teapot',
    'correct horse battery',
    'correcthorsebatterystaple',
    'Tr0ub4dor&3-xyz',
    'сегодня-большой-дождь',
    '今日はとても良い天気ですね本当に',
    '83024417992518',
    'blue sky morning walk',
    'Ana walks 7 green dogs',
    demoPassword,
  ])('%s', async (password) => {
    await expect(assertAcceptablePassword(password, ana)).resolves.toBeUndefined();
  });

  test('whenever it was drawn at random', async () => {
    for (let draw = 0; draw < 50; draw += 1) await assertAcceptablePassword(randomToken(9), ana);
  });
});

describe('every place where a password is set goes by it:', () => {
  beforeEach(async () => {
    await emptyTables('users', 'events');
  });

  test('the one-time link, which stays open then', async () => {
    const person = await aPerson({ username: 'kim.larsen' });
    const { url } = await issueActivationLink(tester, { id: person.id, mail: false });
    const use = (password: string) =>
      redeemActivationLink({ token: new URL(url).searchParams.get('token') ?? '', password, clientAddress: null });
    await expect(use('Kim.Larsen.2026')).rejects.toMatchObject({ code: 'invalid_input', field: 'password' });
    await expect(use('Password1234')).rejects.toMatchObject({ code: 'invalid_input', field: 'password' });
    expect(await use('harbour violin teapot')).toEqual({ username: 'kim.larsen' });
  });

  test('the change of one’s own, which is no new one when it is the present one', async () => {
    const currentPassword = 'harbour violin teapot';
    const { id: userId } = await aPerson({ passwordHash: await hashPassword(currentPassword) });
    const at = new Date();
    const { id: sessionId } = await db.session.create({
      data: { userId, authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 60_000) },
    });
    for (const newPassword of ['Password1234', currentPassword]) {
      await expect(changePassword(tester, { userId, sessionId, currentPassword, newPassword })).rejects.toMatchObject({
        code: 'invalid_input',
        field: 'newPassword',
      });
    }
    await changePassword(tester, { userId, sessionId, currentPassword, newPassword: 'meadow lantern cobalt' });
  });

  test('the first administrator’s from the environment, and nobody is made', async () => {
    process.env.LATCHKEY_ADMIN_PASSWORD = 'Administrator1';
    try {
      await expect(ensureFirstAdministrator()).rejects.toThrow(/^LATCHKEY_ADMIN_PASSWORD/);
      expect(await db.user.count()).toBe(0);
      process.env.LATCHKEY_ADMIN_PASSWORD = 'harbour violin teapot';
      expect(await ensureFirstAdministrator()).toMatchObject({ username: 'admin' });
    } finally {
      delete process.env.LATCHKEY_ADMIN_PASSWORD;
    }
  });

  test('the one that is generated passes', async () => {
    const { password } = (await ensureFirstAdministrator()) ?? {};
    await assertAcceptablePassword(password ?? '', { ...ana, username: 'admin' });
  });
});
