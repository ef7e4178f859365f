import { hash } from '@node-rs/argon2';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setClockOffset } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { changePassword } from '@/lib/directory/change-password';
import { deleteUser } from '@/lib/directory/delete-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { forgetHolds } from '@/lib/throttle/remembered-holds';
import { signIn } from './sign-in';

const password = 'correct horse battery';
// Quicker than the product's own: there are many guesses below.
const passwordHash = await hash(password, { memoryCost: 256, timeCost: 1 });

const here = '192.0.2.7';
const elsewhere = '198.51.100.9';

/** What comes back: 'in', 'wrong', or how many seconds to wait. */
async function attempt(identifier: string, given: string, from: { address?: string | null; cookie?: string } = {}) {
  try {
    const started = await signIn({
      identifier,
      password: given,
      clientAddress: from.address === undefined ? here : from.address,
      userAgent: 'test',
      browserCookie: from.cookie,
    });
    return started ? 'in' : 'wrong';
  } catch (error) {
    return secondsOf(error);
  }
}

function secondsOf(error: unknown): number {
  if (!(error instanceof AppError) || error.code !== 'rate_limited') throw error;
  return error.details.retryAfterSeconds;
}

/** Signs in at home, and keeps the cookie. */
async function cookieOf(identifier: string): Promise<string> {
  const input = { identifier, password, clientAddress: '203.0.113.1', userAgent: 'test' };
  const started = await signIn(input);
  return started?.browserCookie ?? '';
}

async function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index += 1) results.push(await work(index));
  return results;
}

const wrong = (count: number) => Array<string>(count).fill('wrong');

/** As if so much time had gone by. The database's clock is the one that counts. */
async function letPass(minutes: number): Promise<void> {
  await db.$executeRaw`UPDATE throttles SET at = at - make_interval(mins => ${minutes})`;
  forgetHolds();
}

beforeEach(async () => {
  vi.restoreAllMocks();
  setClockOffset(0);
  await emptyTables('users', 'events', 'throttles');
  forgetHolds();
  await aPerson({ username: 'kim', passwordHash });
});
afterAll(() => db.$disconnect());

describe('a stranger', () => {
  test('gets five guesses at a person from one address; the owner at another address is not kept out', async () => {
    expect(await times(5, (index) => attempt('kim', `wrong ${index}`))).toEqual(wrong(5));
    const seconds = await attempt('kim', password);
    expect(seconds).toBeGreaterThan(4 * 60);
    expect(seconds).toBeLessThan(5 * 60);
    expect(await attempt('kim', password, { address: elsewhere })).toBe('in');
  });

  test('twenty guesses at the same moment: five are looked at, and no more are counted', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => attempt('kim', `wrong ${index}`)));
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(5);
    const rows = await db.throttle.findMany({ orderBy: { subject: 'asc' } });
    expect(rows.map(({ score }) => Math.round(score))).toEqual([5, 5, 5]);
  });

  test('is let through again little by little: half of the failures are gone after a quarter of an hour', async () => {
    await times(5, () => attempt('kim', 'wrong'));
    await letPass(15);
    expect(await times(3, () => attempt('kim', 'wrong'))).toEqual([...wrong(2), expect.any(Number)]);
    await letPass(5);
    expect(await attempt('kim', password)).toBe('in');
    // The one who succeeded had made the failures.
    expect(await times(5, () => attempt('kim', 'wrong'))).toEqual(wrong(5));
  });

  test('moving the demo clock lets nobody through, and a process that starts anew knows what was counted', async () => {
    for (const name of ['kim', 'nobody']) await times(5, () => attempt(name, 'wrong'));
    setClockOffset(30 * 86_400_000);
    forgetHolds();
    vi.resetModules();
    const { signIn: ofAnotherProcess } = await import('./sign-in');
    for (const identifier of ['kim', 'nobody']) {
      const input = { identifier, password, clientAddress: here, userAgent: null };
      await expect(ofAnotherProcess(input)).rejects.toMatchObject({ code: 'rate_limited' });
    }
  });

  test('who spreads guesses over many addresses gets forty at a person', async () => {
    const outcomes = await times(42, (index) => attempt('kim', 'wrong', { address: `10.0.${index}.1` }));
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(40);
    expect(outcomes.at(-1)).toBeGreaterThan(60);
  });

  test('gets fifty guesses from one address, whatever the names, and an account of the own gives none back', async () => {
    await aPerson({ username: 'mallory', passwordHash });
    expect(await times(49, (index) => attempt(`name${index}`, 'wrong'))).toEqual(wrong(49));
    expect(await attempt('mallory', password)).toBe('in');
    expect(await attempt('kim', 'wrong')).toBe('wrong');
    expect(await attempt('mallory', password)).toBeGreaterThan(1);
    expect(await attempt('kim', password, { address: elsewhere })).toBe('in');
  });

  test('cannot change the address within an IPv6 network, or write one address in several ways', async () => {
    const addresses = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff::2',
      '2001:0db8:0001:0002:0:0:0:3',
      '2001:db8:1:2::4%eth0',
    ];
    await times(5, (index) => attempt('kim', 'wrong', { address: addresses[index % 4] ?? '' }));
    expect(await attempt('kim', 'wrong', { address: '2001:db8:1:2::99' })).toEqual(expect.any(Number));
    expect(await attempt('kim', 'wrong', { address: '2001:db8:1:3::1' })).toBe('wrong');
    await times(4, () => attempt('kim', 'wrong', { address: '::ffff:192.0.2.44' }));
    expect(await times(2, () => attempt('kim', 'wrong', { address: '192.0.2.44' }))).toEqual([
      'wrong',
      expect.any(Number),
    ]);
  });

  test('whose address is not known is counted all the same', async () => {
    const outcomes = await times(6, () => attempt('kim', 'wrong', { address: null }));
    expect(outcomes).toEqual([...wrong(5), expect.any(Number)]);
  });
});

describe('a browser that its person signed in with before', () => {
  test('is let in from the very address of the guesses, whichever budget of strangers is used up', async () => {
    const cookie = await cookieOf('kim');
    await times(6, () => attempt('kim', 'wrong'));
    expect(await attempt('kim', password, { cookie })).toBe('in');
    await times(46, (index) => attempt(`name${index}`, 'wrong'));
    await times(40, (index) => attempt('kim', 'wrong', { address: `10.0.${index}.1` }));
    expect(await attempt('kim', password)).toEqual(expect.any(Number));
    expect(await attempt('kim', password, { cookie })).toBe('in');
  });

  test('has ten wrong ones of its own, which do not count for others', async () => {
    const cookie = await cookieOf('kim');
    expect(await times(10, () => attempt('kim', 'wrong', { cookie }))).toEqual(wrong(10));
    expect(await attempt('kim', password, { cookie })).toBeGreaterThan(60);
    // A copy of the cookie at another address is the same browser.
    expect(await attempt('kim', password, { cookie, address: elsewhere })).toBeGreaterThan(60);
    expect(await attempt('kim', password)).toBe('in');
  });

  test('is a stranger for everybody else, when the cookie was made up, and once the password is another', async () => {
    await aPerson({ username: 'other', passwordHash });
    const cookie = await cookieOf('kim');
    await times(5, (index) => attempt('other', 'wrong', { cookie: index % 2 ? cookie : 'x' }));
    expect(await attempt('other', password, { cookie })).toEqual(expect.any(Number));
    await times(5, () => attempt('kim', 'wrong', { address: elsewhere }));
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(await attempt('kim', password, { address: elsewhere, cookie: forged })).toEqual(expect.any(Number));
    expect(await attempt('kim', password, { address: elsewhere, cookie })).toBe('in');
    await db.user.updateMany({
      where: { username: 'kim' },
      data: { passwordHash: await hashPassword('another one 12') },
    });
    await times(5, () => attempt('kim', 'wrong', { address: elsewhere, cookie }));
    expect(await attempt('kim', 'another one 12', { address: elsewhere, cookie })).toEqual(expect.any(Number));
  });

  test('can be the browser of several people', async () => {
    await aPerson({ username: 'other', passwordHash });
    const ofKim = await cookieOf('kim');
    const input = { identifier: 'other', password, clientAddress: here, userAgent: null, browserCookie: ofKim };
    const cookie = (await signIn(input))?.browserCookie ?? '';
    for (const name of ['kim', 'other']) {
      await times(6, () => attempt(name, 'wrong'));
      expect(await attempt(name, password, { cookie })).toBe('in');
    }
  });
});

describe('nobody learns who exists', () => {
  test('from how often and how long: known, unknown, deleted, suspended and pending people are answered alike', async () => {
    const names = ['kim', 'nobody', 'gone', 'away', 'pending'];
    await deleteUser(tester, { id: (await aPerson({ username: 'gone', passwordHash })).id });
    await suspendUser(tester, { id: (await aPerson({ username: 'away', passwordHash })).id });
    await aPerson({ username: 'pending' });
    const patterns: (string | number)[][] = [];
    for (const [index, name] of names.entries()) {
      patterns.push(await times(7, () => attempt(name, 'wrong', { address: `198.51.100.${index}` })));
    }
    for (const pattern of patterns) {
      expect(pattern.slice(0, 5)).toEqual(wrong(5));
      expect(pattern.slice(5).every((seconds) => Math.abs(Number(seconds) - Number(patterns[0]?.[6])) <= 2)).toBe(true);
    }
  });

  test('one person has one counter, by whichever name; every name that nobody has one of its own', async () => {
    await times(3, () => attempt('KIM ', 'wrong'));
    await times(2, () => attempt('kim@acme.example', 'wrong'));
    expect(await attempt('kim', password)).toEqual(expect.any(Number));
    expect(await attempt('kim@acme.example', password)).toEqual(expect.any(Number));
    await times(5, () => attempt('nobody', 'wrong'));
    expect(await attempt(' NOBODY', 'wrong')).toEqual(expect.any(Number));
    expect(await attempt('nobody.else', 'wrong')).toBe('wrong');
  });

  test('from what is stored: no name that nobody has', async () => {
    await attempt('my-secret-password', 'x');
    expect(JSON.stringify(await db.throttle.findMany())).not.toContain('my-secret-password');
  });
});

describe('before a password is compared', () => {
  test('few wait: who is beyond is told to come back in seconds, and has used up nothing', async () => {
    const addresses = Array.from({ length: 200 }, (_, index) => `10.1.${index}.1`);
    const outcomes = await Promise.all(addresses.map((address) => attempt(`name ${address}`, 'wrong', { address })));
    const waiting = outcomes.filter((outcome) => outcome === 2).length;
    const compared = outcomes.filter((outcome) => outcome === 'wrong').length;
    expect(compared).toBeGreaterThanOrEqual(21);
    expect(waiting).toBeGreaterThan(50);
    const { _sum } = await db.throttle.aggregate({
      where: { source: { startsWith: '10.1.' } },
      _sum: { attempts: true },
    });
    // Each is counted for its address, and for the name from there.
    expect(_sum.attempts).toBe(2 * compared);
  });

  test('who is held up does not wait with the others: all are told at once when to come back', async () => {
    await times(5, () => attempt('kim', 'wrong'));
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => attempt('kim', password)));
    expect(outcomes.every((outcome) => Number(outcome) > 60)).toBe(true);
  });

  test('a refusal costs one statement, and none while it is fresh', async () => {
    await times(50, (index) => attempt(`name${index}`, 'wrong'));
    await attempt('kim', 'wrong');
    const asked = vi.spyOn(db, '$queryRaw');
    await times(10, () => attempt('kim', password));
    // Whose name it is has to be looked up; whether there is room is known.
    expect(asked.mock.calls.length).toBeLessThanOrEqual(10);
  });
});

describe('the present password', () => {
  const change = (currentPassword: string, id: string, browserCookie?: string) =>
    changePassword(
      { id, name: 'kim', clientAddress: here },
      { userId: id, currentPassword, newPassword: 'velvet anchor puddle', sessionId: id, browserCookie },
    );

  test('given wrong on the account page counts like a wrong one at the sign-in, and the other way round', async () => {
    const { id } = await db.user.findFirstOrThrow();
    for (let guess = 0; guess < 3; guess += 1) {
      await expect(change('wrong', id)).rejects.toMatchObject({ code: 'invalid_input', field: 'currentPassword' });
    }
    await times(2, () => attempt('kim', 'wrong'));
    await expect(change(password, id)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await db.user.findFirst()).toMatchObject({ passwordHash });
    expect(await attempt('kim', password)).toEqual(expect.any(Number));
  });

  test('changed, the browser it was changed in is known as before; a copy of its old cookie is a stranger', async () => {
    const { id } = await db.user.findFirstOrThrow();
    const old = await cookieOf('kim');
    const { browserCookie: cookie } = await change(password, id, old);
    await times(6, () => attempt('kim', 'wrong'));
    expect(await attempt('kim', 'velvet anchor puddle', { cookie: old })).toEqual(expect.any(Number));
    expect(await attempt('kim', 'velvet anchor puddle', { cookie })).toBe('in');
  });
});
