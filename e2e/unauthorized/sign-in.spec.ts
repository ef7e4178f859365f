import type { Cookie } from '@playwright/test';
import { callAction, listActions } from '../support/actions';
import { api } from '../support/api';
import { demoPassword, origin } from '../support/environment';
import { makePerson, type TestPerson } from '../support/people';
import { type Answer as Sent, send } from '../support/send';
import { demoSignIns, expect, test } from '../support/test';

// What strangers can do to a sign-in, tried over HTTP from an address that no other test sends from: wrong passwords are
// counted for it as well.
const address = '127.0.0.31';

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
  const csrf = await send('/api/auth/csrf', { from: address });
  const { csrfToken } = JSON.parse(csrf.text) as { csrfToken: string };
  const cookie = [...cookiesIn(csrf), ...kept].join('; ');
  const response = await send('/api/auth/callback/credentials', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, origin },
    body: `${new URLSearchParams({ csrfToken, identifier, password, json, callbackUrl: origin })}`,
    from: address,
  });
  const retryAfter = response.headers['retry-after'];
  const headers = Object.entries(response.headers).flatMap(([name, values = '']) =>
    [values].flat().map((value) => `${name}: ${withoutChance(name, value)}`),
  );
  return {
    status: response.status,
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    headers: headers.sort(),
    body: response.text.replaceAll(/\d+/g, '0'),
    cookies: cookiesIn(response),
  };
}

const cookiesIn = ({ headers }: Sent) => (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '');

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

/** Everything that these tests are counted for, at this address, is forgotten: the next one begins anew. */
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
      callAction(asked, { currentPassword, newPassword: 'Another horse 12' }, [{ name, value } as Cookie], address);
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
    // The product believes for a second what it was told, and asks again after whatever is forgotten about anybody.
    await expect(async () => {
      expect((await signIn(nobody(), 'wrong')).status).toBe(429);
      const unread = await send('/api/auth/callback/credentials', { method: 'POST', body: 'x', from: address });
      expect(unread.status).toBe(429);
    }).toPass({ timeout: 10_000 });
    expect((await signIn(stranger.username, stranger.password)).status).toBe(429);
    expect(isIn(await signIn(person.username, person.password, signedOut(before)))).toBe(true);
    await unlock(stranger.id);
    expect(isIn(await signIn(stranger.username, stranger.password))).toBe(true);
  });
});
