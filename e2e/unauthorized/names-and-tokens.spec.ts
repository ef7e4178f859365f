import type { Cookie } from '@playwright/test';
import { type ActionAnswer, callAction, listActions, prepare } from '../support/actions';
import { api } from '../support/api';
import { makePerson, type TestPerson } from '../support/people';
import { control } from '../support/sandbox';
import { expect, signInByHttp, test } from '../support/test';

// From outside, against the running product: nobody gets an account, or a name to sign in by, for themselves; and no token
// outlives what its maker may do.

const mark = Date.now().toString(36);
const tenant = `egnyte/names${mark}`;
let application = '';
let administrator: Cookie[] = [];
/** Whose address the account `global.admin` bears. */
let helga: TestPerson;
let ada: TestPerson;

async function made<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const answer = await api(method, path, body, { 'if-match': '*' }, token);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

async function tried(name: string, input: unknown, cookies: Cookie[]): Promise<ActionAnswer> {
  const action = listActions().find((candidate) => candidate.name === name);
  if (!action) throw new Error(`No server action is called ${name}.`);
  return callAction(action, input, cookies);
}

const signIn = ({ username, password }: TestPerson) => signInByHttp(username, password);

async function tokenOf(maker: TestPerson, role: 'administrator' | 'helpdesk'): Promise<string> {
  const input = { label: `${role} of ${maker.username}`, role, expiresAt: null };
  return (await prepare<{ token: string }>('createTokenAction', input, await signIn(maker))).token;
}

interface Row {
  remoteId: string;
  userName: string;
  decision: string | null;
  choice: { code: string; message: string } | null;
}

async function review(): Promise<{ importId: string; row: (userName: string) => Promise<Row> }> {
  const { id } = await made<{ id: string }>('POST', `/applications/${application}/imports`, { replace: true });
  const state = async () => (await made<{ state: string }>('GET', `/imports/${id}`)).state;
  await expect.poll(state, { timeout: 30_000 }).toBe('review');
  const row = async (userName: string) => {
    const { items } = await made<{ items: Row[] }>('GET', `/imports/${id}/rows?q=${userName}`);
    const found = items.find((item) => item.userName === userName);
    if (!found) throw new Error(`${userName} is not listed.`);
    return found;
  };
  return { importId: id, row };
}

test.beforeAll(async ({ cookiesOf }) => {
  administrator = await cookiesOf('administrator');
  helga = await makePerson(administrator, 'helpdesk');
  ada = await makePerson(administrator, 'administrator');
  const label = { templateId: 'egnyte', displayLabel: `Names ${mark}`, placeholders: { SUBDOMAIN: 'acmeusw' } };
  application = (await made<{ id: string }>('POST', '/applications', label)).id;
  await made('PATCH', `/applications/${application}/sso`, { activation: 'activate' });
  const { token, scimUrl: baseUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const account = (userName: string, email: string) =>
    control('POST', '/users', { tenant, userName, set: { emails: [{ value: email, primary: true }] } });
  await account('legacy.admin', helga.email);
  await account('jo.freelance', ada.email);
  await made('POST', `/applications/${application}/identity-management/activate`, {
    baseUrl,
    token,
    manageGroups: false,
  });
});

// Other tests count on one administrator.
test.afterAll(() => made('DELETE', `/users/${ada.id}`));

test('an account that bears the address of a helpdesk person is not hers by any way that she has', async () => {
  const { importId, row } = await review();
  const { remoteId, decision, choice } = await row('legacy.admin');
  expect({ decision, code: choice?.code }).toEqual({ decision: null, code: 'other_username' });
  expect(choice?.message).toContain('legacy.admin');

  const cookies = await signIn(helga);
  const link = { kind: 'link', userId: helga.id };
  const refused = { ok: false, code: 'forbidden' };
  expect(await tried('decideRowAction', { importId, remoteId, decision: link }, cookies)).toMatchObject(refused);
  const everything = { importId, selection: { matching: { q: 'legacy.admin' } } };
  expect(await tried('confirmImportAction', everything, cookies)).toMatchObject({ ok: false, code: 'invalid_input' });
  expect(await tried('confirmImportAction', { ...everything, linkOtherNames: true }, cookies)).toMatchObject(refused);
  const own = { applicationId: application, userId: helga.id, applicationUsername: 'legacy.admin' };
  expect(await tried('setApplicationUsernameAction', own, cookies)).toMatchObject(refused);

  // A token of the helpdesk role is no way around it either, whoever has made it.
  const token = await tokenOf(ada, 'helpdesk');
  const decided = await api('POST', `/imports/${importId}/decide`, { remoteId, decision: link }, {}, token);
  expect(decided).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const body = { selection: { remoteIds: [remoteId] }, linkOtherNames: true };
  expect(await api('POST', `/imports/${importId}/confirm`, body, {}, token)).toMatchObject({ status: 403 });
});

test('an administrator gives herself nothing, by session or by a token of hers; another one may', async () => {
  const { importId, row } = await review();
  const { remoteId } = await row('jo.freelance');
  const decision = { kind: 'link', userId: ada.id };
  const cookies = await signIn(ada);
  const token = await tokenOf(ada, 'administrator');
  const refused = { ok: false, code: 'forbidden' };
  expect(await tried('decideRowAction', { importId, remoteId, decision }, cookies)).toMatchObject(refused);
  const own = { applicationId: application, userId: ada.id, applicationUsername: 'jo.freelance' };
  expect(await tried('setApplicationUsernameAction', own, cookies)).toMatchObject(refused);
  const byToken = (method: string, path: string, body: unknown) => api(method, path, body, { 'if-match': '*' }, token);
  const username = `/applications/${application}/assignments/${ada.id}/username`;
  expect(await byToken('POST', `/imports/${importId}/decide`, { remoteId, decision })).toMatchObject({ status: 403 });
  expect(await byToken('PUT', username, { applicationUsername: 'jo.freelance' })).toMatchObject({ status: 403 });

  // Nor by what the name is made of, once the application knows her.
  await made('PUT', `/applications/${application}/assignments/${ada.id}`);
  const renamed = await byToken('PATCH', `/users/${ada.id}`, { username: `freelance.${mark}` });
  expect(renamed).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((renamed.body as { message: string }).message).toContain(`Names ${mark}`);

  const assignment = () =>
    made<{ link: { state: string; remoteId: string | null } | null; typedUsername: string | null }>(
      'GET',
      `/applications/${application}/assignments/${ada.id}`,
    );
  // While the engine looks at her account, an import would leave it alone.
  await expect.poll(async () => (await assignment()).link?.state, { timeout: 20_000 }).toBe('conflict');
  expect(await tried('decideRowAction', { importId, remoteId, decision }, administrator)).toMatchObject({ ok: true });
  const confirm = { importId, selection: { remoteIds: [remoteId] } };
  expect(await tried('confirmImportAction', confirm, cookies), 'not confirmed by herself').toMatchObject(refused);
  await made('POST', `/imports/${importId}/confirm`, { selection: { remoteIds: [remoteId] } });
  await expect.poll(async () => (await assignment()).typedUsername).toBe('jo.freelance');
  expect((await assignment()).link?.remoteId).toBe(remoteId);

  const events = await made<{ items: { outcome: string; code: string | null }[] }>(
    'GET',
    `/events?applicationId=${application}&outcome=error`,
  );
  expect(events.items.filter(({ code }) => code === 'forbidden').length).toBeGreaterThanOrEqual(5);
});

test('a token is refused while its maker is suspended, deleted or less than it, and a new administrator is not made by it', async () => {
  const maker = await makePerson(administrator, 'administrator');
  const victim = await makePerson(administrator);
  const token = await tokenOf(maker, 'administrator');
  const promote = () => api('PATCH', `/users/${victim.id}`, { role: 'administrator' }, { 'if-match': '*' }, token);
  const refused = { status: 401, body: { code: 'token_not_accepted', hint: expect.stringContaining('works again') } };
  const of = (state: string) => made('POST', `/users/${maker.id}/${state}`);

  await of('suspend');
  expect(await promote()).toMatchObject(refused);
  await of('reactivate');
  expect((await api('GET', '/users?limit=1', undefined, {}, token)).status).toBe(200);

  await made('PATCH', `/users/${maker.id}`, { role: 'helpdesk' });
  expect(await promote()).toMatchObject(refused);
  await made('PATCH', `/users/${maker.id}`, { role: 'administrator' });
  expect((await api('GET', '/users?limit=1', undefined, {}, token)).status).toBe(200);

  await made('DELETE', `/users/${maker.id}`);
  expect(await promote()).toMatchObject(refused);
  const { items } = await made<{ items: { label: string; state: string; reason: string | null }[] }>('GET', '/tokens');
  expect(items.find(({ label }) => label.endsWith(maker.username))).toMatchObject({
    state: 'not_accepted',
    reason: `${maker.displayName} is deleted`,
  });
  expect((await made<{ role: string }>('GET', `/users/${victim.id}`)).role).toBe('user');
});
