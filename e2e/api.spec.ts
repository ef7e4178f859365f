import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { api, apiToken } from './support/api';
import { origin } from './support/environment';
import { accountOf, control, membersOf } from './support/sandbox';
import { expect, test } from './support/test';

const subdomain = 'e2e-api';
const tenant = `egnyte/${subdomain}`;

/** The shell blocks of docs/api.md that make up the eight calls; the first one only sets what differs from place to place. */
function documentedCalls(): string[] {
  const text = readFileSync('docs/api.md', 'utf8');
  const section = text.slice(text.indexOf('## Connect Egnyte'), text.indexOf('## What holds'));
  const blocks = [...section.matchAll(/^( *)```bash\n([\s\S]*?)^ *```/gm)];
  const calls = blocks.map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
  return calls.filter((call) => !call.startsWith('export '));
}

/** Runs a script by bash, as somebody does who pastes it. */
function bash(script: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { env: { ...process.env, ...env } });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}

test('the eight documented calls, as they stand there, end with an account and a member in Egnyte', async () => {
  await control('POST', '/reset', { tenant });
  const { token, scimUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const calls = documentedCalls();
  expect(calls).toHaveLength(8);
  expect(calls.join('').match(/\bcurl\b/g)).toHaveLength(8);
  const { code, output } = await bash(calls.join('\n'), {
    LATCHKEY: `${origin}/api/v1`,
    TOKEN: apiToken,
    SUBDOMAIN: subdomain,
    SCIM: scimUrl,
    EGNYTE_KEY: token,
  });
  expect(code, output).toBe(0);
  expect(await accountOf(tenant, 'api.person')).toMatchObject({
    active: true,
    name: { givenName: 'Api', familyName: 'Person' },
  });
  await expect.poll(() => membersOf(tenant, 'Egnyte by API'), { timeout: 20_000 }).toEqual(['api.person']);
  expect(output, 'no secret comes back').not.toContain(token);
});

test('the script for demos makes the same calls as the documentation', async () => {
  const script = readFileSync('scripts/connect-egnyte.sh', 'utf8');
  for (const call of documentedCalls()) expect(script).toContain(call);
  expect(script.match(/\bcurl -/g)).toHaveLength(8);
  expect((await bash('bash -n scripts/connect-egnyte.sh', {})).code).toBe(0);
  const untold = await bash('unset TOKEN; scripts/connect-egnyte.sh', {});
  expect(untold.code).not.toBe(0);
  expect(untold.output).toContain('npm run --silent token');
});

test('a wrong key of the application is told by the API as on the screen, and nothing is saved', async () => {
  const { scimUrl } = await control<{ scimUrl: string }>('POST', '/tokens', { tenant });
  const made = await api('POST', '/applications', {
    templateId: 'egnyte',
    displayLabel: 'Egnyte with a wrong key',
    placeholders: { SUBDOMAIN: subdomain },
  });
  expect(made.status).toBe(201);
  const { slug } = made.body as { slug: string };
  await api('PATCH', `/applications/${slug}/sso`, { activation: 'activate' }, { 'if-match': '*' });
  const path = `/applications/${slug}/identity-management`;
  const authentication = { kind: 'bearer', secret: 'wrong' };
  const answer = await api('POST', `${path}/activate`, { baseUrl: scimUrl, authentication, manageGroups: false });
  expect(answer).toMatchObject({ status: 422, body: { code: 'connection_failed', field: 'authentication.secret' } });
  expect((await api('GET', path)).status).toBe(404);
  expect((await api('DELETE', `/applications/${slug}`)).status).toBe(204);
});

test("a browser's session is nothing to the API, and nobody needs a token for its description", async ({
  cookiesOf,
}) => {
  const cookie = (await cookiesOf('administrator')).map(({ name, value }) => `${name}=${value}`).join('; ');
  const signedIn = await fetch(`${origin}/api/v1/users`, { headers: { cookie } });
  expect(signedIn.status).toBe(401);
  expect(signedIn.headers.get('content-type')).toBe('application/problem+json');
  const description = await fetch(`${origin}/api/v1/openapi.json`);
  expect(description.status).toBe(200);
  expect(await description.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${origin}/api/v1` }] });
});

test('a reader of the feed goes on where it stopped, and is told of what a script did by the name of its token', async () => {
  const start = await api('GET', '/events/feed?from=now');
  const { nextCursor } = start.body as { nextCursor: string };
  const name = `Feed ${Date.now()}`;
  await api('POST', '/groups', { name });
  const read = async () => {
    const { body } = await api('GET', `/events/feed?cursor=${nextCursor}&names=group_create`);
    const { items } = body as { items: { name: string; actor: unknown; target: { name: string } }[] };
    return items.filter((event) => event.target.name === name).map((event) => event.actor);
  };
  await expect.poll(read).toEqual([expect.objectContaining({ name: 'LATCHKEY_API_TOKEN' })]);
});
