import { createVerify, sign, X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { egnyteUrn } from '../profiles/egnyte';
import { person, scimClient, startTestSandbox, type TestSandbox } from '../testing/client';
import { type ResponseOptions, testIdentityProvider } from '../testing/identity-provider';
import { type CheckId, checkNames, type SamlResult } from './checks';

// Only node-saml depends on it, so it is found from there.
const { encrypt: encryptWithCallback } = createRequire(createRequire(import.meta.url).resolve('@node-saml/node-saml'))(
  'xml-encryption',
);

function encrypt(plain: string, certificate: string): Promise<string> {
  const options = {
    rsa_pub: new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    pem: certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  };
  return promisify(encryptWithCallback)(plain, options) as Promise<string>;
}

let sandbox: TestSandbox;
let idp: Awaited<ReturnType<typeof testIdentityProvider>>;
let stranger: typeof idp;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  [idp, stranger] = await Promise.all([testIdentityProvider(), testIdentityProvider()]);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control('POST', '/reset');
  await submit('/egnyte/acmeusw/settings/security', egnyteForm());
  const scim = await scimClient(sandbox, 'egnyte/acmeusw');
  await scim('POST', '/Users', person('emma.larsen', { name: { givenName: 'Emma', familyName: 'Larsen' } }));
});

function egnyteForm(more: Record<string, string> = {}) {
  return {
    mode: 'saml2',
    provider: 'generic',
    loginUrl: 'https://idp.example/saml2/egnyte',
    entityId: idp.entityId,
    certificate: idp.certificate,
    defaultUserMapping: 'username',
    domainIssuer: 'on',
    ...more,
  };
}

function submit(path: string, form: Record<string, string>, cookie = '') {
  return fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
    headers: { cookie },
  });
}

function egnyte(): Pick<ResponseOptions, 'acs' | 'audience'> {
  const base = `${sandbox.url}/egnyte/acmeusw`;
  return { acs: `${base}/samlconsumer/AssertionConsumer`, audience: base };
}

async function post(more: Partial<ResponseOptions> = {}, from = idp, relayState = '') {
  const SAMLResponse = from.response({ ...egnyte(), nameId: 'emma.larsen', ...more });
  const answer = await submit('/egnyte/acmeusw/samlconsumer/AssertionConsumer', {
    SAMLResponse,
    RelayState: relayState,
  });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { status: answer.status, location: answer.headers.get('location'), cookie, html: await answer.text() };
}

async function lastResult(tenant = 'egnyte/acmeusw') {
  const { last } = await (await fetch(`${sandbox.url}/_control/saml?tenant=${tenant}`)).json();
  const of = (state: string) => (last as SamlResult).checks.filter((one) => one.state === state).map(({ id }) => id);
  return { outcome: last.outcome, failed: of('failed'), passed: of('passed'), notReached: of('not reached') };
}

async function requestId(path = '/egnyte/acmeusw/saml/login?RelayState=/users') {
  const answer = await fetch(`${sandbox.url}${path}`, { redirect: 'manual' });
  const url = new URL(answer.headers.get('location') ?? '');
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  return { url, xml, id: /ID="([^"]+)"/.exec(xml)?.[1] ?? '' };
}

describe('signing in', () => {
  test('IdP-initiated: the person lands on the protected page, greeted by name, with what was sent', async () => {
    const { status, location, cookie } = await post({ attributes: { groups: 'Engineering' } });
    expect([status, location]).toEqual([303, '/egnyte/acmeusw/app']);
    const page = await (await fetch(`${sandbox.url}${location}`, { headers: { cookie } })).text();
    expect(page).toContain('Welcome, Emma Larsen');
    expect(page).toContain('begun at the identity provider');
    expect(page).toContain('<code>emma.larsen</code>');
    expect(page).toContain('Engineering');
    expect(page).toContain('<summary>22 checks passed</summary>');
    expect(await lastResult()).toEqual({
      outcome: 'signed in',
      failed: [],
      passed: Object.keys(checkNames),
      notReached: [],
    });
    const other = await fetch(`${sandbox.url}/egnyte/acmeuse/app`, { headers: { cookie } });
    expect(other.status).toBe(401);
  });

  test('SP-initiated: the request names the ACS and the domain-specific issuer, its answer is taken once', async () => {
    const { url, xml, id } = await requestId();
    expect(url.origin + url.pathname).toBe('https://idp.example/saml2/egnyte');
    expect(url.searchParams.get('RelayState')).toBe('/users');
    expect(xml).toContain(`AssertionConsumerServiceURL="${egnyte().acs}"`);
    expect(xml).toContain(`${sandbox.url}/egnyte/acmeusw</`);
    const first = await post({ inResponseTo: id }, idp, '/users');
    expect([first.status, first.location]).toEqual([303, '/egnyte/acmeusw/users']);
    const again = await post({ inResponseTo: id });
    expect(again.html).toContain('InResponseTo is an open request of ours: expected');
  });

  test('the request can be had by HTTP POST', async () => {
    const page = await (await fetch(`${sandbox.url}/egnyte/acmeusw/saml/login?binding=post&RelayState=/app`)).text();
    const request = /name="SAMLRequest" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(Buffer.from(request, 'base64').toString()).toContain('<samlp:AuthnRequest');
    expect(page).toContain('action="https://idp.example/saml2/egnyte"');
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/../../netskope/acme/app'])(
    'RelayState %s leads nowhere but to the own page',
    async (relayState) => {
      expect((await post({}, idp, relayState)).location).toBe('/egnyte/acmeusw/app');
    },
  );

  test('logging out ends the session', async () => {
    const { cookie } = await post();
    await submit('/egnyte/acmeusw/logout', {}, cookie);
    expect((await fetch(`${sandbox.url}/egnyte/acmeusw/app`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('a response is refused', () => {
  test('when it is signed with another certificate', async () => {
    expect((await post({}, stranger)).html).toContain('Invalid signature on the assertion');
    expect((await lastResult()).failed).toEqual(['signature']);
  });

  test('when it comes a second time', async () => {
    const SAMLResponse = idp.response({ ...egnyte(), nameId: 'emma.larsen' });
    const send = () => submit('/egnyte/acmeusw/samlconsumer/AssertionConsumer', { SAMLResponse });
    expect((await send()).status).toBe(303);
    expect(await (await send()).text()).toContain('has been used before');
    expect((await lastResult()).failed).toEqual(['replay']);
  });

  test('as long as single sign-on is off', async () => {
    await submit('/egnyte/acmeusw/settings/security', egnyteForm({ mode: 'none' }));
    expect((await post()).html).toContain('Single sign-on is not enabled.');
  });
});

describe('each check fails for a response in which that alone is wrong', () => {
  const later = new Date(Date.now() + 60 * 60_000).toISOString();
  const before = new Date(Date.now() - 60 * 60_000).toISOString();
  const other = 'https://other.example';
  const replace = (what: string | RegExp, by: string) => (xml: string) => xml.replace(what, by);
  const cipher =
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">Sealed</saml:EncryptedAssertion>';

  test.each<[CheckId, Partial<ResponseOptions>, string]>([
    ['well-formed', { envelope: replace('</samlp:Status>', '') }, 'not a base64-encoded SAML response'],
    ['well-formed', { envelope: (xml) => `<!DOCTYPE samlp:Response>${xml}` }, 'not a base64-encoded SAML response'],
    [
      'status',
      {
        envelope: replace(/status:Success.*<\/samlp:Status>.*<\/saml:Assertion>/, 'status:Responder"/></samlp:Status>'),
      },
      'status:Responder',
    ],
    ['destination', { destination: `${other}/acs` }, `${other}/acs`],
    ['in-response-to', { inResponseTo: '_unknown' }, '_unknown'],
    ['issuer', { issuer: other }, other],
    ['one-assertion', { carry: (assertion) => assertion + assertion }, '2'],
    [
      'one-assertion',
      { envelope: replace('<samlp:Status>', `<samlp:Extensions>${cipher}</samlp:Extensions><samlp:Status>`) },
      '2',
    ],
    ['decryption', { carry: () => cipher }, ''],
    ['signed', { unsigned: true }, 'No signature'],
    ['algorithm', { sha1: true }, 'rsa-sha1'],
    [
      'signature',
      { carry: replace('>nobody.here<', '>emma.larsen<'), nameId: 'nobody.here' },
      'Invalid signature on the assertion',
    ],
    ['audience', { audience: other }, other],
    [
      'audience',
      {
        edit: replace(
          '</saml:Conditions>',
          `<saml:AudienceRestriction><saml:Audience>${other}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
        ),
      },
      other,
    ],
    ['not-before', { edit: replace(/NotBefore="[^"]+"/, `NotBefore="${later}"`) }, later],
    [
      'not-on-or-after',
      { edit: replace(/(<saml:Conditions .*)NotOnOrAfter="[^"]+"/, `$1NotOnOrAfter="${before}"`) },
      before,
    ],
    ['recipient', { recipient: `${other}/acs` }, `${other}/acs`],
    ['confirmation', { edit: replace(/NotOnOrAfter="[^"]+" Recipient/, `NotOnOrAfter="${before}" Recipient`) }, before],
    ['confirmed-request', { edit: replace('NotOnOrAfter=', 'InResponseTo="_lost" NotOnOrAfter=') }, '_lost'],
    ['authn-statement', { edit: replace(/<saml:AuthnStatement .*<\/saml:AuthnStatement>/, '') }, 'No AuthnStatement'],
    [
      'authn-statement',
      { edit: replace('SessionIndex="s-1"', `SessionIndex="s-1" SessionNotOnOrAfter="${before}"`) },
      before,
    ],
    ['name-id', { nameId: '' }, 'Nothing'],
    ['name-id-format', { edit: replace('nameid-format:unspecified', 'nameid-format:emailAddress') }, 'emma.larsen'],
    ['library', { edit: replace(/<saml:Conditions .*<\/saml:Conditions>/, '$&$&') }, 'multiple conditions'],
    ['account', { nameId: 'nobody' }, 'nobody'],
  ])('%s', async (id, options, came) => {
    const { status, html } = await post(options);
    expect(status).toBe(403);
    const result = await lastResult();
    expect([result.outcome, result.failed]).toEqual(['refused', [id]]);
    // Failed first, with what came.
    const [, first, shown] =
      /<tbody><tr class="failed" data-check="([^"]+)".*?data-label="Received">(.*?)<\/td>/.exec(html) ?? [];
    expect(first).toBe(id);
    expect(shown).toContain(came);
    if (id !== 'account') expect(result.notReached).toContain('account');
  });

  test('what is wrong in several places is shown in all of them, and no request or id is used up by it', async () => {
    const { id } = await requestId();
    const response = idp.response({ ...egnyte(), nameId: 'emma.larsen', inResponseTo: id });
    const xml = Buffer.from(response, 'base64').toString();
    const spoilt = xml
      .replace(/Destination="[^"]+"/, `Destination="${other}"`)
      .replace('>emma.larsen<', '>ana.martinez<');
    const send = (SAMLResponse: string) => submit('/egnyte/acmeusw/samlconsumer/AssertionConsumer', { SAMLResponse });
    expect((await send(Buffer.from(spoilt).toString('base64'))).status).toBe(403);
    expect((await lastResult()).failed).toEqual(['destination', 'signature']);
    expect((await send(response)).status).toBe(303);
  });

  test('an encrypted assertion is opened, and its signature checked inside', async () => {
    const publicKey = await (await fetch(`${sandbox.url}/egnyte/acmeusw/saml/certificate.pem`)).text();
    const seal = async (assertion: string) =>
      `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${await encrypt(assertion, publicKey)}</saml:EncryptedAssertion>`;
    const send = async (change: (assertion: string) => string) => {
      const xml = Buffer.from(idp.response({ ...egnyte(), nameId: 'emma.larsen' }), 'base64').toString();
      const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/.exec(xml) ?? [];
      const SAMLResponse = Buffer.from(xml.replace(assertion, await seal(change(assertion)))).toString('base64');
      return (await submit('/egnyte/acmeusw/samlconsumer/AssertionConsumer', { SAMLResponse })).status;
    };
    expect(await send((assertion) => assertion)).toBe(303);
    expect(await send((assertion) => assertion.replace('>emma.larsen<', '>ana.martinez<'))).toBe(403);
    expect((await lastResult()).failed).toEqual(['signature']);
  });
});

describe('accounts', () => {
  test('an account taken over comes in only after its IdP username is set by hand, as the guide says', async () => {
    const before = await post({ nameId: 'ana.martinez' });
    expect(before.html).toContain('The IdP username of ana.martinez is not set');
    await submit('/egnyte/acmeusw/users/10001', { authType: 'sso', idpUserId: 'ana.martinez', active: 'on' });
    expect((await post({ nameId: 'ana.martinez' })).status).toBe(303);
  });

  test('an unknown, a deactivated and a local account stay outside, each with its reason', async () => {
    expect((await post({ nameId: 'nobody' })).html).toContain('could not find an Egnyte account');
    const set = { active: false };
    await sandbox.control('POST', '/users', { tenant: 'egnyte/acmeusw', userName: 'emma.larsen', set });
    expect((await post()).html).toContain('Your account is inactive.');
    const local = { active: true, [egnyteUrn]: { authType: 'egnyte' } };
    await sandbox.control('POST', '/users', { tenant: 'egnyte/acmeusw', userName: 'emma.larsen', set: local });
    expect((await post()).html).toContain('Authentication type of emma.larsen is not Single sign-on');
  });

  test('a deactivation ends the session that is open', async () => {
    const { cookie } = await post();
    await sandbox.control('POST', '/users', {
      tenant: 'egnyte/acmeusw',
      userName: 'emma.larsen',
      set: { active: false },
    });
    expect((await fetch(`${sandbox.url}/egnyte/acmeusw/app`, { headers: { cookie } })).status).toBe(401);
  });

  test('with single sign-on enabled only local administrators get in with a password', async () => {
    const enter = (username: string) => submit('/egnyte/acmeusw/login', { username, password: 'x' });
    expect((await enter('legacy.admin')).status).toBe(303);
    expect(await (await enter('emma.larsen')).text()).toContain('Your account uses single sign-on.');
  });
});

test('the settings page keeps what was typed and names the field that is wrong', async () => {
  const form = egnyteForm({ certificate: 'not a certificate', entityId: '' });
  const answer = await submit('/egnyte/acmeusw/settings/security', form);
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toContain('Identity provider entity ID is required.');
  expect(page).toContain('Identity provider certificate is not a certificate.');
  expect(page).toContain('not a certificate</textarea>');
});

describe('Netskope', () => {
  const logoutUrl = 'https://idp.example/slo';

  async function configure() {
    const page = '/netskope/acme/settings/administration/sso';
    await submit(page, { place: 'page', enabled: 'on', signRequests: 'on' });
    const idpFields = {
      loginUrl: 'https://idp.example/sso?tenant=1',
      entityId: idp.entityId,
      certificate: idp.certificate,
    };
    const saved = await submit(page, { place: 'dialog', logoutUrl, ...idpFields });
    expect(saved.status).toBe(303);
  }

  test('signs its requests so that the certificate on its page verifies them', async () => {
    await configure();
    const { url } = await requestId('/netskope/acme/saml/login?RelayState=/app');
    const pem = await (await fetch(`${sandbox.url}/netskope/acme/saml/certificate.pem`)).text();
    const raw = new Map(
      url.search
        .slice(1)
        .split('&')
        .map((part) => part.split('=', 2) as [string, string]),
    );
    const signed = ['SAMLRequest', 'RelayState', 'SigAlg'].map((name) => `${name}=${raw.get(name)}`).join('&');
    const verifier = createVerify('sha256').update(signed);
    expect(
      verifier.verify(new X509Certificate(pem).publicKey, decodeURIComponent(raw.get('Signature') ?? ''), 'base64'),
    ).toBe(true);
    const metadata = await (await fetch(`${sandbox.url}/netskope/acme/nsauth/saml2/metadata`)).text();
    expect(metadata).toContain('AuthnRequestsSigned="true"');
    expect(metadata).toContain(pem.replace(/-----[A-Z ]+-----|\s/g, ''));
  });

  test('logs out at the identity provider too, and when the identity provider asks for it', async () => {
    await configure();
    const base = `${sandbox.url}/netskope/acme`;
    const enter = async () => {
      const SAMLResponse = idp.response({ acs: `${base}/nsauth/saml2/acs`, audience: base, nameId: 'emma.larsen' });
      const answer = await submit('/netskope/acme/nsauth/saml2/acs', { SAMLResponse });
      expect(answer.status).toBe(303);
      return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    };
    const out = await submit('/netskope/acme/logout', {}, await enter());
    expect(out.headers.get('location')).toMatch(/^https:\/\/idp\.example\/slo\?SAMLRequest=.*Signature=/);

    const cookie = await enter();
    const xml = `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_lr1" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${base}/nsauth/saml2/slo"><saml:Issuer>${idp.entityId}</saml:Issuer><saml:NameID>emma.larsen</saml:NameID><samlp:SessionIndex>s-1</samlp:SessionIndex></samlp:LogoutRequest>`;
    const query = `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}&SigAlg=${encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}`;
    const signature = sign('sha256', Buffer.from(query), idp.privateKey).toString('base64');
    const slo = (more: string) =>
      fetch(`${base}/nsauth/saml2/slo?${query}${more}`, { redirect: 'manual', headers: { cookie } });
    expect((await slo('')).status).toBe(403);
    expect((await fetch(`${base}/app`, { headers: { cookie } })).status).toBe(200);
    const answer = await slo(`&Signature=${encodeURIComponent(signature)}`);
    expect(answer.headers.get('location')).toContain(`${logoutUrl}?SAMLResponse=`);
    expect((await fetch(`${base}/app`, { headers: { cookie } })).status).toBe(401);
  });
});
