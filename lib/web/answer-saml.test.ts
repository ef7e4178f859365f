import { get, type IncomingHttpHeaders } from 'node:http';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { carriedSession } from '@/lib/auth/carried-session';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { logoutRequestXml } from '@/lib/saml/testing/logout';
import { getSettings } from '@/lib/settings/settings';
import type { SignedIn } from '@/lib/sso/ask';
import { enter, logoutUrl } from '@/lib/sso/testing/logout';
import {
  acsUrl,
  requestQuery,
  samlApplication,
  saveSso,
  signedInPerson,
  spEntityId,
  type TestApplication,
} from '@/lib/sso/testing/support';
import { answerSaml, isSaml } from './answer-saml';
import { startFront } from './testing/front';

let front: Awaited<ReturnType<typeof startFront>>;
beforeAll(async () => {
  process.env.NEXTAUTH_SECRET = 'only-for-tests';
  front = await startFront({
    handler: answerSaml,
    carriedSession: ({ headers }) => carriedSession(headers.cookie),
  });
});
afterAll(async () => {
  front.close();
});

let application: TestApplication;
let ana: SignedIn;
let cookie: string;
beforeEach(async () => {
  await emptyTables('users', 'applications', 'authn_requests', 'events');
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  const token = { sub: ana.userId, sessionId: ana.sessionId };
  cookie = `next-auth.session-token=${await encode({ token, secret: 'only-for-tests' })}`;
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${front.url}/saml2/${application.slug}${path}`, { redirect: 'manual', ...init });
const signedIn = (path: string, init: RequestInit = {}) => ask(path, { ...init, headers: { cookie, ...init.headers } });

test('an application has these addresses; what else is below is for Next, which says that it is not there', () => {
  for (const path of ['/saml2/egnyte', '/saml2/egnyte?SAMLRequest=x', '/saml2/e%67nyte/continue?request=x']) {
    expect(isSaml({ url: path }), path).toBe(true);
  }
  for (const path of ['/saml2/egnyte/metadata', '/saml2/egnyte/certificate.pem'])
    expect(isSaml({ url: path })).toBe(true);
  for (const path of [
    '/saml2',
    '/saml2/',
    '/saml2/egnyte/',
    '/saml2/egnyte/toString',
    '/saml2/a/b/c',
    '/saml2x/egnyte',
  ]) {
    expect(isSaml({ url: path }), path).toBe(false);
  }
});

test('over the wire, who is signed in is answered by two statements, with what every answer says', async () => {
  const signIn = async () => {
    const answer = await signedIn(`?${requestQuery({ relayState: 'here' }).rawQuery}`);
    return { answer, page: await answer.text() };
  };
  await signIn();
  await getSettings();
  let signed: Awaited<ReturnType<typeof signIn>> | undefined;
  const statements = await countStatements(async () => {
    signed = await signIn();
  });
  expect(statements).toBe(2);
  expect(signed?.answer.status).toBe(200);
  expect(signed?.page).toContain(`<form method="post" action="${acsUrl}">`);
  expect(signed?.page).toContain('name="RelayState" value="here"');
  const headers = Object.fromEntries(signed?.answer.headers ?? []);
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'origin',
  });
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'nonce-/);
  expect(headers['permissions-policy']).toContain('camera=()');
  expect((await db.event.findFirst({ where: { name: 'sso_auth' }, orderBy: { id: 'desc' } }))?.clientAddress).toBe(
    '127.0.0.1',
  );
});

test('who is not signed in goes to the sign-in page, and back with the request; a POST has no cookie, and goes on by GET', async () => {
  const { rawQuery, xml } = requestQuery({ relayState: 'here' });
  const byRedirect = await ask(`?${rawQuery}`);
  expect(byRedirect.status).toBe(303);
  const toSignIn = new URL(byRedirect.headers.get('location') ?? '', front.url);
  expect(toSignIn.pathname).toBe('/sign-in');
  const back = toSignIn.searchParams.get('callbackUrl') ?? '';
  expect(back).toMatch(new RegExp(`^/saml2/${application.slug}/continue\\?request=v1\\.`));
  const afterwards = await fetch(front.url + back, { headers: { cookie } });
  expect(await afterwards.text()).toContain('name="RelayState" value="here"');

  const body = new URLSearchParams({ SAMLRequest: Buffer.from(requestQuery().xml).toString('base64') });
  const byPost = await ask('', { method: 'POST', body });
  expect(byPost.status).toBe(303);
  expect(await (await fetch(front.url + byPost.headers.get('location'), { headers: { cookie } })).text()).toContain(
    acsUrl,
  );
  const repeated = new URLSearchParams([...body, ['SAMLRequest', xml]]);
  expect(await (await ask('', { method: 'POST', body: repeated })).text()).toContain('parameter_repeated');
});

test('HEAD and what is fetched in advance begin nothing; documents are read by anybody', async () => {
  const path = `?${requestQuery().rawQuery}`;
  expect((await signedIn(path, { method: 'HEAD' })).status).toBe(200);
  expect((await signedIn(path, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503);
  expect(await db.authnRequest.count()).toBe(0);
  const metadata = await ask('/metadata?download');
  expect(metadata.headers.get('content-disposition')).toContain(`${application.slug}-metadata.xml`);
  expect(await metadata.text()).toContain('EntityDescriptor');
  expect(await (await ask('/certificate.pem')).text()).toMatch(/^-----BEGIN CERTIFICATE-----/);
});

/** As a browser goes somewhere: `fetch` says of itself that it is a script. */
const visit = (path: string) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    get(front.url + path, { headers: { cookie, 'sec-fetch-mode': 'navigate' } }, async (answer) => {
      const { statusCode = 0, headers } = answer;
      resolve({ status: statusCode, headers, body: (await answer.toArray()).join('') });
    }).on('error', reject);
  });

test('a logout comes by POST and goes on with the cookie, by pages and not by redirects; scripts and looking end nothing', async () => {
  await saveSso(application.id, { settings: { logoutUrl } });
  const index = await enter(application, ana);
  const xml = logoutRequestXml({ id: '_q', issuer: spEntityId, sessionIndexes: [index] });
  const SAMLRequest = Buffer.from(xml).toString('base64');
  const received = await ask('/logout', {
    method: 'POST',
    body: new URLSearchParams({ SAMLRequest, RelayState: 'r' }),
  });
  expect(received.status).toBe(303);
  const next = received.headers.get('location') ?? '';
  expect((await fetch(front.url + next, { headers: { cookie } })).status, 'a script').toBe(503);
  expect((await fetch(front.url + next, { method: 'HEAD', headers: { cookie } })).status).toBe(200);
  expect(await db.session.count({ where: { revokedAt: null } })).toBe(1);
  const page = await visit(next);
  expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  expect(page.body).toMatch(/http-equiv="refresh" content="0; url=https:\/\/sp\.example\.com\/slo\?SAMLResponse=/);
  expect(await db.session.count({ where: { revokedAt: null } })).toBe(0);

  const both = await ask('/logout', { method: 'POST', body: new URLSearchParams({ SAMLRequest, SAMLResponse: 'x' }) });
  expect([both.status, await both.text()]).toEqual([400, expect.stringContaining('parameter_repeated')]);
  for (const path of ['', '?go=v1.made-up', '?carried=v1.made-up']) {
    const refused = await visit(`/saml2/${application.slug}/logout${path}`);
    expect(refused.body, path).toContain('The sign-out could not be completed');
  }
});

test('what is refused is a page in the words of its reader; what fails says nothing of why', async () => {
  const refused = await signedIn(`?${requestQuery({ attributes: 'Destination="https://evil.example"' }).rawQuery}`);
  expect(refused.status).toBe(400);
  const page = await refused.text();
  expect(page).toContain('Signed in as ana.');
  expect(page).not.toContain('evil.example');
  await db.user.update({ where: { id: ana.userId }, data: { role: 'administrator' } });
  const missing = await fetch(`${front.url}/saml2/none`, { headers: { cookie } });
  expect([missing.status, await missing.text()]).toEqual([
    404,
    expect.stringContaining('There is no application here'),
  ]);
  await db.$executeRaw`UPDATE sso_settings SET settings = '{"acsUrls": 1}'`;
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const failed = await signedIn('');
  expect(failed.status).toBe(500);
  expect(await failed.text()).toMatch(/Something went wrong on the server \([0-9a-f]{8}\)/);
  expect(log).toHaveBeenCalled();
  log.mockRestore();
});
