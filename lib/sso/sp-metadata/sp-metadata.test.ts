import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signXml } from '@node-saml/node-saml/lib/xml';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { spMetadata } from '@/lib/home/sp-metadata';
import { getSsoTab } from '../queries';
import { samlApplication, spEntityId, type TestApplication } from '../testing/support';
import { applyHeldMetadata, rejectHeldMetadata } from './decide-held';
import { refreshSpMetadataTask } from './refresh';
import { nextReading, scheduleSpMetadata, warnOfExpiredSpMetadata } from './schedule';
import { refreshSpMetadata, removeSpMetadataSource, setSpMetadataSource } from './set-source';

const admin = { id: null, name: 'Admin', clientAddress: '127.0.0.1' };
const notBefore = new Date('2026-01-01T00:00:00Z');
const [one, two] = await Promise.all(
  ['one', 'two'].map((commonName) => createSelfSigned({ commonName, notBefore, years: 9 })),
);
if (!one || !two) throw new Error('no key pairs');

interface Parts {
  entityId?: string;
  acs?: string[];
  certificate?: string;
  attributes?: string;
}

function entity({
  entityId = spEntityId,
  acs = ['https://sp.example.com/acs'],
  certificate,
  attributes = '',
}: Parts = {}): string {
  const key = certificate
    ? `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${new X509Certificate(certificate).raw.toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
    : '';
  const services = acs.map(
    (url, index) =>
      `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${url}" index="${index}"/>`,
  );
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m" entityID="${entityId}" ${attributes}><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${key}${services.join('')}</md:SPSSODescriptor></md:EntityDescriptor>`;
}

const signed = (xml: string, keys = one) =>
  signXml(
    xml,
    '/*',
    { reference: '/*', action: 'prepend' },
    {
      ...{ privateKey: keys.privateKey, publicCert: keys.certificate },
      ...{ signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' },
    },
  );

// What the service provider answers.
let answer: { status: number; body: string; headers?: Record<string, string> };
let server: Server;
let url = '';
let application: TestApplication;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = `127.0.0.1:${port}`;
  url = `http://127.0.0.1:${port}/metadata`;
});
afterAll(() => server.close());
beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, applications, events, mails CASCADE`;
  const names = { username: 'admin', email: 'admin@acme.example', firstname: 'A', lastname: 'D', displayName: 'A D' };
  await db.user.create({ data: { ...names, role: 'administrator' } });
  application = await samlApplication({ signAssertion: true });
  say(entity());
});

const say = (body: string, status = 200, headers?: Record<string, string>) => {
  answer = { status, body, ...(headers ? { headers } : {}) };
};
const set = (more: { entityId?: string; certificate?: string } = {}) =>
  setSpMetadataSource(admin, { ...{ applicationId: application.id, url, entityId: '', certificate: '' }, ...more });
const tab = () => getSsoTab(application.id);
const source = async () => (await tab()).metadataSource;
const read = () => refreshSpMetadataTask(application.id);
const codes = async () =>
  (await db.event.findMany({ where: { name: 'sso_metadata' }, orderBy: { id: 'asc' } })).map(({ code }) => code);

test('what says the same changes nothing and waits for nobody, and is read again when it says', async () => {
  say(entity({ attributes: 'cacheDuration="PT6H" validUntil="2126-01-01T00:00:00Z"' }));
  await set();
  const { version } = await tab();
  await read();
  expect(await source()).toMatchObject({ held: null, failure: null, validUntil: new Date('2126-01-01T00:00:00Z') });
  const { readAt, nextAt } = (await source()) ?? {};
  expect((nextAt?.getTime() ?? 0) - (readAt?.getTime() ?? 0)).toBe(6 * 3_600_000);
  expect((await tab()).version, 'nothing is saved').toBe(version);
  expect(await spMetadata()).toEqual([]);

  await scheduleSpMetadata();
  const jobs = () =>
    db.$queryRaw<object[]>`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'refresh-sp-metadata'`;
  expect(await jobs(), 'not due').toHaveLength(0);
  await db.spMetadataSource.updateMany({ data: { nextAt: new Date(0) } });
  await Promise.all([scheduleSpMetadata(), scheduleSpMetadata()]);
  expect(await jobs(), 'due, once').toHaveLength(1);
});

test('another ACS, entity ID or certificate waits, told once by event, mail and Home, and is applied only as it was looked at', async () => {
  await set();
  say(entity({ acs: ['https://sp.example.com/acs', 'https://evil.example/acs'], certificate: one.certificate }));
  await read();
  await read();
  const held = (await source())?.held;
  expect(held?.differences.map(({ field }) => field)).toEqual(['acsUrls', 'spCertificates']);
  expect(held?.differences[0]).toMatchObject({
    from: ['https://sp.example.com/acs'],
    to: ['https://sp.example.com/acs (index 0, default)', 'https://evil.example/acs (index 1)'],
  });
  expect((await tab()).settings.acsUrls, 'until then as before').toHaveLength(1);
  expect((await codes()).filter((code) => code === 'SpMetadataHeld')).toHaveLength(1);
  expect(await spMetadata()).toMatchObject([{ title: 'Its metadata has changed', severity: 'warning' }]);
  expect(await db.mail.findMany()).toMatchObject([
    { to: 'admin@acme.example', subject: expect.stringContaining('has changed') },
  ]);

  const asked = { applicationId: application.id, held: held?.id ?? '' };
  say(entity({ acs: ['https://sp.example.com/new'] }));
  await read();
  await expect(applyHeldMetadata(admin, asked), 'something else waits by now').rejects.toMatchObject({
    code: 'conflict',
  });
  const now = (await source())?.held;
  await applyHeldMetadata(admin, { ...asked, held: now?.id ?? '' });
  const after = await tab();
  expect(after.settings.acsUrls).toEqual([{ url: 'https://sp.example.com/new', index: 0, isDefault: true }]);
  expect(after.metadataSource?.held).toBeNull();
  const event = await db.event.findFirstOrThrow({ where: { name: 'sso_update' }, orderBy: { id: 'desc' } });
  expect(event.changes).toHaveProperty('acsUrls');
  expect(await spMetadata()).toEqual([]);
});

test('what was rejected does not wait again until it changes', async () => {
  await set();
  say(entity({ entityId: 'https://other.example' }));
  await read();
  const held = (await source())?.held;
  await rejectHeldMetadata(admin, { applicationId: application.id, held: held?.id ?? '' });
  await read();
  expect(await source()).toMatchObject({ held: null });
  expect((await tab()).settings.spEntityId).toBe(spEntityId);
  say(entity({ entityId: 'https://third.example' }));
  await read();
  expect((await source())?.held?.differences).toMatchObject([{ field: 'spEntityId', to: ['https://third.example'] }]);
});

test('what hurts nobody is applied by itself, by Latchkey, with its event', async () => {
  await db.$executeRaw`UPDATE sso_settings SET settings = settings || '{"signAssertion": false, "signResponse": true}'`;
  await set();
  say(entity().replace('<md:SPSSODescriptor ', '<md:SPSSODescriptor WantAssertionsSigned="true" '));
  await read();
  expect((await tab()).settings).toMatchObject({ signAssertion: true, signResponse: true });
  const event = await db.event.findFirstOrThrow({ where: { name: 'sso_update' }, orderBy: { id: 'desc' } });
  expect(event).toMatchObject({ actorName: systemActor.name, changes: { signAssertion: { from: false, to: true } } });
});

test('a reading that fails leaves what stands, says since when and why, once, and is over with the next that succeeds', async () => {
  say(entity({ attributes: 'validUntil="2126-01-01T00:00:00Z"' }));
  await set();
  const before = (await tab()).settings;
  say('gone', 404);
  await read();
  const since = (await source())?.failingSince;
  await read();
  expect(await source()).toMatchObject({ failingSince: since, failure: expect.stringContaining('answered 404') });
  expect((await tab()).settings).toEqual(before);
  expect((await codes()).filter((code) => code === 'SpMetadataUnreadable')).toHaveLength(1);
  expect(await spMetadata()).toMatchObject([{ title: expect.stringContaining('cannot be read since') }]);

  await db.spMetadataSource.updateMany({ data: { validUntil: new Date('2026-01-01T00:00:00Z') } });
  await warnOfExpiredSpMetadata();
  await warnOfExpiredSpMetadata();
  expect((await codes()).filter((code) => code === 'SpMetadataExpired')).toHaveLength(1);
  expect(await spMetadata()).toMatchObject([{ severity: 'error', title: 'Its metadata has expired on 2026-01-01' }]);

  say(entity());
  await refreshSpMetadata(admin, { applicationId: application.id });
  expect(await source()).toMatchObject({ failingSince: null, failure: null, validUntil: null });
  await removeSpMetadataSource(admin, { applicationId: application.id });
  expect(await source()).toBeNull();
});

describe('with a certificate that it has to be signed with', () => {
  test('signed metadata is read from what was signed, and nothing else is', async () => {
    say(signed(entity({ acs: ['https://sp.example.com/signed'] })));
    await set({ certificate: one.certificate });
    expect((await source())?.held?.differences).toMatchObject([
      { field: 'acsUrls', to: ['https://sp.example.com/signed'] },
    ]);
    const refused: [string, string, RegExp][] = [
      ['unsigned', entity(), /not signed/],
      ['by another key', signed(entity(), two), /signature/],
      ['altered', signed(entity()).replace('https://sp.example.com/acs', 'https://evil.example/acs'), /signature/],
      [
        'wrapped',
        `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_o">${entity({ entityId: 'https://evil.example' }).replace('ID="_m"', 'ID="_n"')}${signed(entity())}</md:EntitiesDescriptor>`,
        /signature/,
      ],
    ];
    for (const [what, xml, why] of refused) {
      say(xml);
      await read();
      expect((await source())?.failure, what).toMatch(why);
      await expect(set({ certificate: one.certificate }), what).rejects.toMatchObject({ field: 'certificate' });
    }
  });
});

test('what cannot be read is not set: each reason at its field', async () => {
  const several =
    `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${entity({ entityId: 'https://a.example' })}${entity()}</md:EntitiesDescriptor>`.replace(
      'ID="_m"',
      '',
    );
  say(several);
  await expect(set()).rejects.toMatchObject({
    field: 'entityId',
    details: { entityIds: expect.arrayContaining([spEntityId]) },
  });
  await set({ entityId: spEntityId });
  expect((await source())?.held).toBeNull();
  say('<html>', 200);
  await expect(set()).rejects.toMatchObject({ code: 'invalid_input', field: 'url' });
  say('', 302, { location: 'https://elsewhere.example/' });
  await expect(set()).rejects.toMatchObject({ field: 'url', message: expect.stringContaining('redirects') });
  say('x'.repeat(1_100_000));
  await expect(set()).rejects.toMatchObject({ field: 'url', message: expect.stringContaining('larger') });
  say(entity({ attributes: 'validUntil="2026-01-01T00:00:00Z"' }));
  await expect(set()).rejects.toMatchObject({ field: 'url', message: expect.stringContaining('valid until') });
  await expect(
    setSpMetadataSource(admin, {
      applicationId: application.id,
      url: 'https://10.0.0.1/',
      entityId: '',
      certificate: '',
    }),
  ).rejects.toMatchObject({ code: 'target_not_allowed', field: 'url' });
});

test('it is read again after what it says, within an hour and a week, and well before it ends', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const said = { entityId: 'a', acsUrls: [], certificates: [], nameIdFormats: [] };
  const unsaid = { encryptionCertificate: undefined, wantAssertionsSigned: undefined, authnRequestsSigned: undefined };
  const hours = (cacheSeconds?: number, validHours?: number) => {
    const validUntil = validHours === undefined ? undefined : new Date(now.getTime() + validHours * 3_600_000);
    return (nextReading({ ...said, ...unsaid, cacheSeconds, validUntil }, now).getTime() - now.getTime()) / 3_600_000;
  };
  expect([hours(), hours(60), hours(7_200), hours(86_400 * 30)]).toEqual([24, 1, 2, 168]);
  expect([hours(undefined, 10), hours(86_400, 1)]).toEqual([5, 1]);
});
