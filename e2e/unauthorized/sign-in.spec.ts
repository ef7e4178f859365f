import type { Cookie } from '@playwright/test';
import { callAction, listActions } from '../support/actions';
import { api } from '../support/api';
import { demoPassword, origin } from '../support/environment';
import { makePerson, type TestPerson } from '../support/people';
import { demoSignIns, expect, test } from '../support/test';

// What strangers can do to a sign-in, tried over HTTP from the one address that the tests have.

interface Answer {
  status: number;
  retryAfter: number | undefined;
  /** Names and values of the headers, without what differs by the clock or by chance. */
  headers: string[];
  body: string;
  /** Cookies as they are sent back. */
  cookies: string[];
}

/** Sends a sign-in as the page's script does. @param kept cookies of the same browser */
async function signIn(identifier: string, password: string, kept: string[] = [], json = 'true'): Promise<Answer> {
  const csrf = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = [...cookiesIn(csrf), ...kept].join('; ');
  const response = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, origin },
    body: new URLSearchParams({ csrfToken, identifier, password, json, callbackUrl: origin }),
  });
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
    headers: [...response.headers].map(([name, value]) => `${name}: ${withoutChance(name, value)}`).sort(),
    body: (await response.text()).replaceAll(/\d+/g, '0'),
    cookies: cookiesIn(response),
  };
}

const cookiesIn = (response: Response) => response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');

function withoutChance(name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/=[^;]*/, '').replace(/Expires=[^;]*/, '');
  return value.replaceAll(/\d+/g, '0').replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), 0 \w+/, 'day');
}

const isIn = ({ cookies }: Answer) => cookies.some((cookie) => cookie.includes('session-token='));
/** What a browser keeps when its person signs out. */
const signedOut = ({ cookies }: Answer) => cookies.filter((cookie) => !cookie.includes('session-token'));

async function idOf(email: string): Promise<string> {
  const { body } = await api('GET', `/users?q=${encodeURIComponent(email)}`);
  const { items } = body as { items: { id: string; email: string }[] };
  return items.find((item) => item.email === email)?.id ?? '';
}

/** Everything that these tests are counted for, at this address, is forgotten: others sign in from here as well. */
const unlock = async (id: string) => expect(await api('POST', `/users/${id}/unlock`)).toMatchObject({ status: 204 });

const nobody = () => `nobody-${Math.random().toString(36).slice(2)}@acme.example`;

test('six wrong passwords for the administrator do not keep out a browser that signed in before', async () => {
  const id = await idOf(demoSignIns.administrator);
  const before = await signIn(demoSignIns.administrator, demoPassword);
  expect(isIn(before)).toBe(true);
  try {
    const guesses = [];
    for (let guess = 1; guess <= 6; guess += 1) guesses.push(await signIn(demoSignIns.administrator, `wrong ${guess}`));
    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(isIn(await signIn(demoSignIns.administrator, demoPassword)), 'a stranger, with the right one').toBe(false);
    expect(isIn(await signIn(demoSignIns.administrator, demoPassword, signedOut(before)))).toBe(true);
  } finally {
    await unlock(id);
  }
  expect(isIn(await signIn(demoSignIns.administrator, demoPassword)), 'unlocked').toBe(true);
});

test.describe('with people of their own', () => {
  let people: TestPerson[] = [];
  let cookies: Cookie[] = [];

  test.beforeEach(async ({ cookiesOf }) => {
    cookies = await cookiesOf('administrator');
    people = [await makePerson(cookies), await makePerson(cookies)];
  });
  test.afterEach(async () => {
    for (const { id } of people) await unlock(id);
  });

  test('a name that somebody has and one that nobody has are answered alike, down to the headers', async () => {
    const [person, suspended] = people as [TestPerson, TestPerson];
    await api('POST', `/users/${suspended.id}/suspend`);
    const unknown = nobody();
    for (const json of ['true', 'false']) {
      for (let guess = 1; guess <= 4; guess += 1) {
        const reference = await signIn(unknown, 'wrong', [], json);
        expect(reference.status).toBe(guess + (json === 'true' ? 0 : 4) > 5 ? 429 : json === 'true' ? 401 : 302);
        for (const name of [person.username, suspended.username]) {
          const answer = await signIn(name, 'wrong', [], json);
          expect(answer.status).toBe(reference.status);
          expect(answer.headers).toEqual(reference.headers);
          expect(answer.body).toBe(reference.body);
          expect(Math.abs((answer.retryAfter ?? 0) - (reference.retryAfter ?? 0))).toBeLessThan(5);
        }
      }
    }
    await api('POST', `/users/${suspended.id}/reactivate`);
  });

  test('a person has one counter, by both names, and for the present password on the account page', async () => {
    const [one, other] = people as [TestPerson, TestPerson];
    for (let guess = 1; guess <= 3; guess += 1) await signIn(one.username, 'wrong');
    for (let guess = 1; guess <= 2; guess += 1) await signIn(one.email, 'wrong');
    expect((await signIn(one.username, one.password)).status).toBe(429);
    expect((await signIn(one.email, one.password)).status).toBe(429);

    const session = (await signIn(other.username, other.password)).cookies.find((cookie) =>
      cookie.includes('session-'),
    );
    const [name = '', value = ''] = session?.split('=') ?? [];
    const asked = listActions().find((action) => action.name === 'changeOwnPasswordAction');
    if (!asked) throw new Error('There is no action to change the password.');
    const change = (currentPassword: string) =>
      callAction(asked, { currentPassword, newPassword: 'Another horse 12' }, [{ name, value } as Cookie]);
    for (let guess = 1; guess <= 5; guess += 1) {
      expect(await change(`wrong ${guess}`)).toMatchObject({ ok: false, code: 'invalid_input' });
    }
    expect(await change(other.password)).toMatchObject({ ok: false, code: 'rate_limited' });
    expect((await signIn(other.username, other.password)).status).toBe(429);
  });

  test('one address gets fifty guesses whatever the names; then it is answered before anything is read', async () => {
    const [person, stranger] = people as [TestPerson, TestPerson];
    const before = await signIn(person.username, person.password);
    await signIn(stranger.username, 'wrong');
    let answer = await signIn(nobody(), 'wrong');
    for (let guess = 3; guess <= 60 && answer.status === 401; guess += 1) answer = await signIn(nobody(), 'wrong');
    expect(answer).toMatchObject({ status: 429, retryAfter: expect.any(Number) });
    const unread = await fetch(`${origin}/api/auth/callback/credentials`, {
      method: 'POST',
      body: 'x',
      redirect: 'manual',
    });
    expect(unread.status).toBe(429);
    expect((await signIn(stranger.username, stranger.password)).status).toBe(429);
    expect(isIn(await signIn(person.username, person.password, signedOut(before)))).toBe(true);
    await unlock(stranger.id);
    expect(isIn(await signIn(stranger.username, stranger.password))).toBe(true);
  });
});
