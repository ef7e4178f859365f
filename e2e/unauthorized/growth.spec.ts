import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { deflateRawSync } from 'node:zlib';
import { api } from '../support/api';
import { origin } from '../support/environment';
import { expect, test } from '../support/test';

const agent = new Agent({ keepAlive: true, maxSockets: 20 });
const { port } = new URL(origin);

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends from a loopback address of its own, so that nobody else's budget is used up. */
function send(from: string, path: string, body?: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, localAddress: from, agent, method: body ? 'POST' : 'GET' };
    const headers = body ? { 'content-type': type } : {};
    const sent = request({ ...options, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

/** As many at a time as there are sockets. */
async function times(count: number, make: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) answers.push(await make(next++));
  };
  await Promise.all(Array.from({ length: 20 }, one));
  return answers;
}

function authnRequest(slug: string, id: string, issuer: string): string {
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${origin}/saml2/${slug}"><saml:Issuer>${issuer}</saml:Issuer></samlp:AuthnRequest>`;
  return `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`;
}

const newId = () => `_${randomBytes(12).toString('hex')}`;

interface FoundEvent {
  count: number;
  clientAddress: string | null;
  outcome: string;
}

/** Events of one address, as the API tells them. */
async function eventsOf(address: string, name: string): Promise<FoundEvent[]> {
  const { body } = await api('GET', `/events?names=${name}&limit=200`);
  return (body as { items: FoundEvent[] }).items.filter(({ clientAddress }) => clientAddress === address);
}

test.describe('what a stranger can make grow', () => {
  let slug = '';
  let issuer = '';
  test.beforeAll(async () => {
    slug = `growth-${Date.now().toString(36)}`;
    const placeholders = { SUBDOMAIN: 'acmeusw' };
    const made = await api('POST', '/applications', { templateId: 'egnyte', displayLabel: slug, slug, placeholders });
    expect(made.status).toBe(201);
    const sso = await api('PATCH', `/applications/${slug}/sso`, { activation: 'activate' }, { 'if-match': '*' });
    expect(sso.status, JSON.stringify(sso.body)).toBe(200);
    issuer = 'https://acmeusw.egnyte.com';
  });

  test('refused AuthnRequests become one event at once, and not one for each', async () => {
    const address = '127.0.0.21';
    const answers = await times(200, () =>
      send(address, `/saml2/${slug}?${authnRequest(slug, newId(), 'https://evil.example')}`),
    );
    expect(answers.every(({ status }) => status === 400)).toBe(true);
    // How often is written within a minute, and tried beside its source (lib/events/record-refusal.test.ts).
    const events = await eventsOf(address, 'sso_auth');
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThanOrEqual(3);
  });

  test('an address that goes on is answered 429 with when to come again; others are served meanwhile', async () => {
    const { body } = await api('GET', '/settings');
    const most = (body as { strangerRequestsPerMinute: number }).strangerRequestsPerMinute;
    const address = '127.0.0.22';
    let refused: Answer | undefined;
    // Most of them are forms that nobody can read: counted like everything, and the least work to answer.
    const ask = (index: number) =>
      index % 10 === 0
        ? send(address, '/saml2/nothing/metadata')
        : send(address, '/sign-in', '--x', 'multipart/form-data; boundary=x');
    for (let sent = 0; sent < most * 4 && !refused; sent += 400) {
      const answers = await times(400, ask);
      expect(answers.filter(({ status }) => ![400, 404, 429].includes(status))).toEqual([]);
      refused = answers.find(({ status }) => status === 429);
    }
    expect(refused?.status).toBe(429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused?.text).toContain('rate_limited');
    expect((await send('127.0.0.23', `/saml2/${slug}/metadata`)).status).toBe(200);
    await expect
      .poll(async () => (await eventsOf(address, 'request_limit')).length, { timeout: 10_000 })
      .toBeGreaterThan(0);
  });

  test('a forged X-Forwarded-For makes nobody another address', async () => {
    const options = {
      host: '127.0.0.1',
      port,
      localAddress: '127.0.0.25',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    };
    const path = `/saml2/${slug}?${authnRequest(slug, newId(), 'https://evil.example')}`;
    await new Promise((resolve, reject) => {
      request({ ...options, path }, (answer) => answer.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
    expect(await eventsOf('127.0.0.25', 'sso_auth')).toHaveLength(1);
    expect(await eventsOf('203.0.113.9', 'sso_auth')).toHaveLength(0);
  });

  test('a SAML request may hold no more than is carried through a sign-in', async () => {
    const relayState = randomBytes(4_096)
      .toString('latin1')
      .replace(/[^ -~]/g, 'x');
    const query = `${authnRequest(slug, newId(), issuer)}&RelayState=${encodeURIComponent(relayState.repeat(2))}`;
    const answer = await send('127.0.0.24', `/saml2/${slug}?${query}`);
    expect([answer.status, answer.text.includes('too_large')]).toEqual([400, true]);
  });
});
