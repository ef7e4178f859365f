import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { pinOf } from '@/lib/http/pin';
import { makeCertificate, startHttps, type TestServer } from '@/lib/http/testing/server';
import type { ParsedCredentials } from '@/lib/scim/authentication';
import { activateIntegration } from './activate-integration';
import { findConnection } from './connection';
import { probeAtOnce, probeConnection } from './probe-connection';
import { findIntegration } from './queries/integration-state';

let applicationId = '';
let server: TestServer;
let own: Awaited<ReturnType<typeof makeCertificate>>;
let foreign: typeof own;
const credentials = (trust?: ParsedCredentials['trust']): ParsedCredentials => ({
  ...{ kind: 'bearer', secret: 'token' },
  ...(trust ? { trust } : {}),
});

beforeAll(async () => {
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1';
  [own, foreign] = [await makeCertificate({ ip: ['127.0.0.1'] }), await makeCertificate({ ip: ['127.0.0.1'] })];
  server = await startHttps((_request, response) => {
    response.setHeader('content-type', 'application/scim+json');
    response.end(JSON.stringify({ schemas: [], Resources: [], totalResults: 0, startIndex: 1, itemsPerPage: 0 }));
  }, own);
  const { id } = await createApplication(systemActor, { templateId: 'custom-saml', displayLabel: 'Private' });
  applicationId = id;
});
afterAll(() => server.close());

async function tlsStep(trust?: ParsedCredentials['trust']) {
  const probe = probeConnection({ applicationId, baseUrl: `${server.url}/scim`, authentication: credentials(trust) });
  const { ok, steps } = await probeAtOnce(probe);
  const failed = steps.find(({ state }) => state === 'failed');
  return ok || { id: failed?.id, message: failed?.message };
}

test('the test of a connection passes with the own authority or the pinned key of its server, and says at TLS why not with another', async () => {
  const pin = (identity: typeof own) => ({ kind: 'pin', sha256: pinOf(new X509Certificate(identity.cert)) }) as const;
  expect(await tlsStep()).toMatchObject({ id: 'tls', message: expect.stringContaining('self-signed') });
  expect(await tlsStep({ kind: 'ca', pem: own.cert })).toBe(true);
  expect(await tlsStep({ kind: 'ca', pem: foreign.cert })).toMatchObject({
    ...{ id: 'tls', message: expect.stringContaining('own authority') },
  });
  expect(await tlsStep(pin(own))).toBe(true);
  expect(await tlsStep(pin(foreign))).toMatchObject({ id: 'tls', message: expect.stringContaining(pin(own).sha256) });
});

test('what is no certificate of an authority is refused at its field, before anybody is asked', async () => {
  const expired = await makeCertificate({ ip: ['127.0.0.1'], expired: true });
  for (const [pem, message] of [
    ['not a certificate', 'no certificate in it'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'cannot be read'],
    [expired.cert, 'ended on'],
    [own.cert + own.key, 'private key'],
  ] as const) {
    await expect(tlsStep({ kind: 'ca', pem }), message).rejects.toMatchObject({
      ...{ code: 'invalid_input', field: 'authentication.trust.pem', message: expect.stringContaining(message) },
    });
  }
});

test('a connection goes on being reached by its own authority, which is shown with fingerprint and dates', async () => {
  const connection = { applicationId, baseUrl: `${server.url}/scim`, manageGroups: false };
  await activateIntegration(systemActor, { ...connection, authentication: credentials({ kind: 'ca', pem: own.cert }) });
  const found = await findConnection(applicationId);
  expect(await found?.client.listUsers({ startIndex: 1, count: 1 })).toMatchObject({ ok: true });
  const { fingerprint256, validTo } = new X509Certificate(own.cert);
  const shown = await findIntegration(applicationId);
  expect(shown?.certificates).toMatchObject([{ fingerprint: fingerprint256, endsAt: new Date(validTo) }]);
  const stored = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  expect(stored.trustEndsAt).toEqual(new Date(validTo));
});
