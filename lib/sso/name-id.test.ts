import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { createApplication } from '@/lib/applications/testing/create-application';
import { saveUsernameFormat } from '@/lib/applications/update-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { nameIdFormats } from '@/lib/saml/schema';
import { activateSso, deactivateSso } from './activate-sso';
import { startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { getSsoTab } from './queries';
import {
  ask,
  lastSignInEvent,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  signInAgain,
  spEntityId,
  type TestApplication,
} from './testing/support';

const property = (source: string) => ({ kind: 'property' as const, source });
const retired = 'urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName' as const;
const nameIdOf = async (application: TestApplication, session: SignedIn) =>
  responseIn(await startSignIn(application.slug, session)).nameId;
/** Puts settings there as an older version left them. */
async function store(application: TestApplication, settings: object): Promise<void> {
  await db.$executeRaw`UPDATE sso_settings SET settings = settings || ${JSON.stringify(settings)}::jsonb
    WHERE application_id = ${application.id}::uuid`;
}

describe('persistent', () => {
  let first: TestApplication;
  let second: TestApplication;
  let ana: SignedIn;
  let ben: SignedIn;
  beforeAll(async () => {
    [first, second] = [
      await samlApplication({ nameIdFormat: nameIdFormats.persistent }),
      await samlApplication({ nameIdFormat: nameIdFormats.persistent }),
    ];
    ana = await signedInPerson('ana', [first, second]);
    ben = await signedInPerson('ben', [first, second]);
  });

  test('is opaque, qualified by both parties, and the same at every sign-in and session', async () => {
    const nameId = await nameIdOf(first, ana);
    expect(nameId).toEqual({
      value: expect.stringMatching(/^[0-9a-f]{64}$/),
      format: 'persistent',
      nameQualifier: first.idpEntityId,
      spNameQualifier: spEntityId,
    });
    expect(nameId?.value).not.toContain(ana.userId.replaceAll('-', ''));
    expect(await nameIdOf(first, await signInAgain(ana))).toEqual(nameId);
    expect(responseIn(await ask(first, ana)).nameId).toEqual(nameId);
  });

  test('is another one for every person and in every application, though both are one service provider', async () => {
    const values = [nameIdOf(first, ana), nameIdOf(first, ben), nameIdOf(second, ana), nameIdOf(second, ben)];
    expect(new Set((await Promise.all(values)).map((nameId) => nameId?.value)).size).toBe(4);
  });

  test('survives another username, e-mail address and application username, another secret key, and a restore', async () => {
    const nameId = await nameIdOf(first, ana);
    await db.user.update({ where: { id: ana.userId }, data: { username: 'ana.m', email: 'other@example.com' } });
    await setApplicationUsername(systemActor, {
      applicationId: first.id,
      userId: ana.userId,
      applicationUsername: 'x',
    });
    const key = process.env.LATCHKEY_SECRET_KEY;
    process.env.LATCHKEY_SECRET_KEY = 'another-key-0123456789abcdefghijklm';
    try {
      expect(await nameIdOf(first, ana)).toEqual(nameId);
    } finally {
      process.env.LATCHKEY_SECRET_KEY = key;
    }
    // All that it is made of is in the database.
    const rows = await db.ssoSettings.findMany({ where: { applicationId: first.id } });
    await db.ssoSettings.deleteMany({ where: { applicationId: first.id } });
    await db.ssoSettings.createMany({ data: rows.map((row) => ({ ...row, settings: row.settings ?? {} })) });
    expect(await nameIdOf(first, ana)).toEqual(nameId);
  });

  test('is there in advance: AllowCreate changes nothing, and neither does a NameID source without a value', async () => {
    const nameId = await nameIdOf(second, ben);
    await saveSso(second.id, { settings: { nameIdSource: property('jobTitle') } });
    for (const allow of ['AllowCreate="false"', 'AllowCreate="true"', '']) {
      const children = `<samlp:NameIDPolicy Format="${nameIdFormats.persistent}" ${allow}/>`;
      expect(responseIn(await ask(second, ben, { children })).nameId).toEqual(nameId);
    }
  });

  test('is not what somebody new gets who takes over a username', async () => {
    const nameId = await nameIdOf(first, ben);
    await db.user.update({ where: { id: ben.userId }, data: { deletedAt: new Date() } });
    expect((await nameIdOf(first, await signedInPerson('ben', [first])))?.value).not.toBe(nameId?.value);
  });

  test('is salted for each application by itself', async () => {
    const salts = await db.ssoSettings.findMany({ select: { pairwiseSalt: true } });
    expect(new Set(salts.map((row) => row.pairwiseSalt)).size).toBe(salts.length);
    expect(salts.every((row) => /^[0-9a-f]{64}$/.test(row.pairwiseSalt))).toBe(true);
  });
});

test('transient is another one at each sign-in, says nothing, and leaves SessionIndex alone', async () => {
  const application = await samlApplication({ nameIdFormat: nameIdFormats.transient });
  const carl = await signedInPerson('carl', [application]);
  const responses = [await startSignIn(application.slug, carl), await ask(application, carl)].map(responseIn);
  const values = responses.map(({ nameId }) => nameId?.value ?? '');
  for (const value of values) expect(value).toMatch(/^_[0-9a-f]{32}$/);
  expect(new Set(values).size).toBe(2);
  expect(responses[0]?.nameId).toMatchObject({ format: 'transient', spNameQualifier: spEntityId });
  expect(responses[0]?.sessionIndex).toBe(responses[1]?.sessionIndex);
});

describe('emailAddress', () => {
  const mail = { nameIdFormat: nameIdFormats.emailAddress };

  test('sends the address', async () => {
    const application = await samlApplication({ ...mail, nameIdSource: property('email') });
    const dora = await signedInPerson('dora', [application]);
    expect(await nameIdOf(application, dora)).toMatchObject({ value: 'dora@example.com', format: 'emailAddress' });
  });

  test.each([
    ['the application username', property('applicationUsername')],
    ['a first name', property('firstname')],
    ['an expression that gives a name', { kind: 'expression' as const, source: 'ToUpper([username])' }],
    ['a property that is empty', property('jobTitle')],
  ])('is not saved for %s, and says for whom it would be what', async (_what, nameIdSource) => {
    const application = await samlApplication();
    await signedInPerson(`p${Math.random().toString(36).slice(2)}`, [application]);
    const refusal = {
      code: 'invalid_input',
      field: 'settings.nameIdSource.source',
      message: /e-mail address; for p\w+ it/,
    };
    await expect(saveSso(application.id, { settings: { ...mail, nameIdSource } })).rejects.toMatchObject(refusal);
    await deactivateSso(systemActor, { applicationId: application.id });
    const saved = await saveSso(application.id, { settings: { ...mail, nameIdSource } });
    expect(saved).toMatchObject({ ssoStatus: 'inactive', problems: [{ field: refusal.field }] });
    expect((await getSsoTab(application.id)).problems).toMatchObject([{ field: refusal.field }]);
    await expect(activateSso(systemActor, { applicationId: application.id })).rejects.toMatchObject(refusal);
  });

  test('is saved for whatever gives addresses', async () => {
    const application = await samlApplication();
    await signedInPerson('erik', [application]);
    const expression = { kind: 'expression' as const, source: 'ToLower([email])' };
    expect(await saveSso(application.id, { settings: { ...mail, nameIdSource: expression } })).toMatchObject({
      problems: [],
    });
    const { version } = await db.application.findUniqueOrThrow({ where: { id: application.id } });
    await saveUsernameFormat(systemActor, { applicationId: application.id, version, usernameFormat: 'email' });
    const nameIdSource = property('applicationUsername');
    expect(await saveSso(application.id, { settings: { ...mail, nameIdSource } })).toMatchObject({ problems: [] });
    await expect(
      saveUsernameFormat(systemActor, {
        applicationId: application.id,
        version: version + 1,
        usernameFormat: 'username',
      }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'usernameFormat' });
  });

  test('refuses one person without an address, in plain words for her and in the event for administrators', async () => {
    const application = await samlApplication({ ...mail, nameIdSource: property('email') });
    const [finn] = [await signedInPerson('finn', [application]), await signedInPerson('gita', [application])];
    const { version } = await db.application.findUniqueOrThrow({ where: { id: application.id } });
    await saveUsernameFormat(systemActor, { applicationId: application.id, version, usernameFormat: 'email' });
    await saveSso(application.id, { settings: { nameIdSource: property('applicationUsername') } });
    const typed = { applicationId: application.id, userId: finn.userId, applicationUsername: 'finn' };
    await setApplicationUsername(systemActor, typed);
    const message = expect.stringMatching(
      /^finn cannot be signed in to .*: it is to be told an e-mail address, and "finn" is none\.$/,
    );
    await expect(ask(application, finn)).rejects.toMatchObject({ code: 'name_id_unusable', message });
    expect(await lastSignInEvent()).toMatchObject({
      outcome: 'error',
      code: 'name_id_unusable',
      message,
      actorName: 'finn',
    });
  });
});

test('formats that nobody here has a name in are not taken, and neither is a name of before where there was none', async () => {
  const application = await samlApplication();
  await expect(saveSso(application.id, { settings: { nameIdFormat: retired } })).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'settings.nameIdFormat',
  });
  await expect(saveSso(application.id, { settings: { legacyNameId: true } })).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'settings.legacyNameId',
  });
});

describe('an application that was set up before formats had a meaning', () => {
  const migration = readFileSync('prisma/migrations/0011_saml_names/migration.sql', 'utf8');
  const updates = migration.split(/;\s*$/m).filter((statement) => /^UPDATE/m.test(statement));
  const upgrade = async () => {
    for (const statement of updates) await db.$executeRawUnsafe(statement);
  };
  const drafts = async (application: TestApplication) => (await getSsoTab(application.id)).settings;

  test.each([
    ['persistent', nameIdFormats.persistent],
    ['transient', nameIdFormats.transient],
    ['emailAddress', nameIdFormats.emailAddress],
    ['WindowsDomainQualifiedName', retired],
  ])(
    '%s: people keep their names until an administrator ends it, which cannot be undone',
    async (short, nameIdFormat) => {
      const application = await samlApplication();
      const hana = await signedInPerson(`hana.${short.toLowerCase()}`, [application]);
      await store(application, { nameIdFormat });
      await upgrade();
      const before = await nameIdOf(application, hana);
      expect(before).toEqual({ value: hana.actor.name, format: short, nameQualifier: null, spNameQualifier: null });
      // Saving something else leaves it so.
      expect(await saveSso(application.id, { settings: { sessionMinutes: 60 } })).toMatchObject({ problems: [] });
      expect(await nameIdOf(application, hana)).toEqual(before);
      const ended = nameIdFormat === retired ? nameIdFormats.unspecified : nameIdFormat;
      const nameIdSource = property('email');
      await saveSso(application.id, { settings: { legacyNameId: false, nameIdFormat: ended, nameIdSource } });
      expect((await nameIdOf(application, hana))?.value).not.toBe(hana.actor.name);
      await expect(saveSso(application.id, { settings: { legacyNameId: true } })).rejects.toMatchObject({
        field: 'settings.legacyNameId',
      });
    },
  );

  test('names of before end with another format', async () => {
    const application = await samlApplication();
    await store(application, { nameIdFormat: nameIdFormats.persistent });
    await upgrade();
    await saveSso(application.id, { settings: { nameIdFormat: nameIdFormats.transient } });
    expect(await drafts(application)).toMatchObject({ legacyNameId: false, nameIdFormat: nameIdFormats.transient });
  });

  test('nothing changes for unspecified names, for the e-mail address, and where SSO was never active', async () => {
    const plain = await samlApplication();
    const mail = await samlApplication();
    await store(mail, { nameIdFormat: nameIdFormats.emailAddress, nameIdSource: property('email') });
    const { id, slug } = await createApplication(systemActor, { templateId: 'custom-saml', displayLabel: 'Fresh' });
    const fresh = { id, slug, idpEntityId: '' };
    await store(fresh, { nameIdFormat: retired });
    await upgrade();
    expect(await drafts(plain)).toMatchObject({ legacyNameId: false });
    expect(await drafts(mail)).toMatchObject({ legacyNameId: false, nameIdFormat: nameIdFormats.emailAddress });
    expect(await drafts(fresh)).toMatchObject({ legacyNameId: false, nameIdFormat: nameIdFormats.unspecified });
  });
});
