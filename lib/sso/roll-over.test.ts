import { X509Certificate } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { announceIdpKey } from './announce-idp-key';
import type { SignedIn } from './ask';
import { discardIdpKey } from './discard-idp-key';
import { getProvider } from './provider';
import { getIdpMetadata, getSsoTab, noteMetadataRead } from './queries';
import { revertIdpKey, switchIdpKey } from './switch-idp-key';
import { ask, responseIn, samlApplication, signedInPerson, type TestApplication } from './testing/support';
import { warnOfEndingCertificates } from './warn-of-ending-certificates';

let application: TestApplication;
let ana: SignedIn;
const dayMs = 24 * 60 * 60_000;

beforeEach(async () => {
  await emptyTables('users', 'applications', 'events', 'mails');
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
});

const of = () => ({ applicationId: application.id });
const announce = () => announceIdpKey(actor, { ...of(), certificate: '', privateKey: '' });
const states = async () =>
  Object.fromEntries(
    (await getSsoTab(application.id)).idpCertificates.map(({ state, fingerprint }) => [state, fingerprint]),
  );
const fingerprint = (base64: string | undefined) =>
  new X509Certificate(Buffer.from(base64 ?? '', 'base64')).fingerprint256;
const signsWith = async () =>
  fingerprint(/<ds:X509Certificate>([^<]+)/.exec(responseIn(await ask(application, ana)).xml)?.[1]);
const inMetadata = async () =>
  [...(await getIdpMetadata(application.id)).matchAll(/X509Certificate>([A-Za-z0-9+/=\s]+)</g)].map(([, body]) =>
    fingerprint(body),
  );

test('the next certificate stands in the metadata before it signs; after the switch there is a way back, and forth again', async () => {
  const { current: first } = await states();
  await announce();
  const { next: second } = await states();
  expect([await signsWith(), await inMetadata()]).toEqual([first, [first, second]]);

  await switchIdpKey(actor, of());
  expect([await signsWith(), await inMetadata(), await states()]).toEqual([
    second,
    [second],
    { current: second, retired: first },
  ]);
  await revertIdpKey(actor, of());
  expect([await signsWith(), await inMetadata()]).toEqual([first, [first, second]]);
  await switchIdpKey(actor, of());
  await announce();
  await switchIdpKey(actor, of());
  expect(await states(), 'one step back is kept, not two').toEqual({
    current: expect.not.stringMatching(second ?? ''),
    retired: second,
  });
  const events = await db.event.findMany({ where: { name: 'sso_certificate' }, orderBy: { id: 'asc' } });
  expect(events.map(({ message }) => message)).toEqual([
    `The next certificate was generated and is announced in the metadata: ${second}.`,
    `Signs with ${second} from now on.`,
    `Signs with ${first} again.`,
    ...[expect.anything(), expect.anything(), expect.anything()],
  ]);
});

test('two who announce or switch at once roll over once', async () => {
  const announced = await Promise.allSettled([announce(), announce()]);
  expect(announced.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const switched = await Promise.allSettled([switchIdpKey(actor, of()), switchIdpKey(actor, of())]);
  expect(switched.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const { id } = (await getSsoTab(application.id)).idpCertificates.find(({ state }) => state === 'retired') ?? {
    id: '',
  };
  await discardIdpKey(actor, { ...of(), keyId: id });
  expect(Object.keys(await states())).toEqual(['current']);
  await expect(revertIdpKey(actor, of())).rejects.toMatchObject({ code: 'conflict' });
});

test('that the metadata was read is known, to five minutes', async () => {
  expect((await getSsoTab(application.id)).metadataReadAt).toBeNull();
  const provider = await getProvider(application.slug);
  await noteMetadataRead(provider);
  const { metadataReadAt } = await getSsoTab(application.id);
  expect(metadataReadAt).toBeInstanceOf(Date);
  await noteMetadataRead(provider);
  expect((await getSsoTab(application.id)).metadataReadAt).toEqual(metadataReadAt);
});

test('an end is told of 60, 30 and 7 days before, once each, by event and mail; not of an application that is not active', async () => {
  await db.user.update({ where: { id: ana.userId }, data: { role: 'administrator' } });
  const endIn = async (days: number) => {
    const notAfter = new Date(Date.now() + days * dayMs + 60_000);
    await db.idpKey.updateMany({ where: of(), data: { notAfter } });
    await warnOfEndingCertificates();
    await Promise.all([warnOfEndingCertificates(), warnOfEndingCertificates()]);
    const told = { code: 'IdpCertificateEnding', applicationId: application.id };
    return [await db.event.count({ where: told }), await db.mail.count()];
  };
  expect(await endIn(61)).toEqual([0, 0]);
  expect(await endIn(59)).toEqual([1, 1]);
  expect(await endIn(29)).toEqual([2, 2]);
  expect(await endIn(6)).toEqual([3, 3]);
  const [mail] = await db.mail.findMany({ orderBy: { createdAt: 'desc' }, take: 1 });
  expect(mail).toMatchObject({ to: 'ana@example.com', subject: expect.stringContaining('ends in 6 days') });
  await db.application.update({ where: { id: application.id }, data: { ssoStatus: 'inactive' } });
  expect(await endIn(5)).toEqual([3, 3]);
});
