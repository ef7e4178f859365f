import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { attributeNameFormats } from '@/lib/saml/schema';
import { getSettings } from '@/lib/settings/settings';
import { announceIdpKey } from './announce-idp-key';
import { answerRedirect, startSignIn } from './answer-request';
import type { Answer, SignedIn } from './ask';
import { getProvider, knownProvider } from './provider';
import { requestQuery, responseIn, samlApplication, signedInPerson, type TestApplication } from './testing/support';

const attributeStatements = [
  { name: 'groups', nameFormat: attributeNameFormats.basic, sourceKind: 'groups' as const, source: '' },
];

let application: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  application = await samlApplication({ attributeStatements });
  ana = await signedInPerson('ana', [application]);
});
afterAll(() => db.$disconnect());

const byRedirect = () => answerRedirect(application.slug, requestQuery().rawQuery, ana, null);
const start = () => startSignIn(application.slug, ana);
/** The answer, and how many statements it took. */
async function counted(signIn: () => Promise<Answer> = byRedirect): Promise<{ answer: Answer; statements: number }> {
  // Read every two seconds, whoever asks.
  await getSettings();
  let answer: Answer | undefined;
  const statements = await countStatements(async () => {
    answer = await signIn();
  });
  if (!answer) throw new Error('There is no answer.');
  return { answer, statements };
}

test.each([
  ['a request by redirect', byRedirect],
  ['a click on a tile', start],
])('%s: one read and one write, however many groups let the person in', async (_what, signIn) => {
  // Names of everybody are brought up to date.
  await signIn();
  expect(await counted(signIn)).toMatchObject({ statements: 2, answer: { kind: 'post' } });
  for (let group = 0; group < 5; group += 1) {
    const { id: groupId } = await db.group.create({ data: { name: `Team ${group}` } });
    await db.groupMember.create({ data: { groupId, userId: ana.userId } });
    await associateGroup(systemActor, { applicationId: application.id, groupId });
  }
  // Long not seen: that is noted along.
  await db.session.updateMany({ data: { lastSeenAt: new Date(Date.now() - 30 * 60_000) } });
  const { answer, statements } = await counted(signIn);
  expect(statements).toBe(2);
  expect(responseIn(answer).attributes[0]?.values).toHaveLength(5);
  const { lastSeenAt } = await db.session.findUniqueOrThrow({ where: { id: ana.sessionId } });
  expect(Date.now() - lastSeenAt.getTime()).toBeLessThan(60_000);
});

test('a request that was answered is refused when it comes again, before anybody is asked to sign in', async () => {
  const { rawQuery } = requestQuery();
  expect((await answerRedirect(application.slug, rawQuery, ana, null)).kind).toBe('post');
  for (const caller of [ana, undefined]) {
    const again = answerRedirect(application.slug, rawQuery, caller, null);
    await expect(again).rejects.toMatchObject({ code: 'request_replayed' });
  }
});

describe('what another process has changed holds for the very next sign-in, at the cost of one statement more', () => {
  beforeEach(async () => {
    // For who was just changed, names are brought up to date first.
    await byRedirect();
  });

  test('settings', async () => {
    await db.$executeRaw`UPDATE sso_settings SET settings = settings || '{"audience": "https://other.example"}'`;
    const { answer, statements } = await counted();
    expect(statements).toBe(3);
    expect(responseIn(answer).xml).toContain('<saml:Audience>https://other.example</saml:Audience>');
    expect((await counted()).statements).toBe(2);
  });

  test('an application that is inactive, and active again', async () => {
    await db.$executeRaw`UPDATE applications SET sso_status = 'inactive'`;
    await expect(byRedirect()).rejects.toMatchObject({ code: 'not_active' });
    await expect(start()).rejects.toMatchObject({ code: 'not_active' });
    await db.$executeRaw`UPDATE applications SET sso_status = 'active'`;
    expect((await counted()).answer.kind).toBe('post');
  });

  test('the key that signs, and one that is gone', async () => {
    await announceIdpKey(systemActor, { applicationId: application.id, certificate: '', privateKey: '' });
    const next = (await getProvider(application.slug)).keys.find(({ state }) => state === 'next');
    await byRedirect();
    await db.$executeRaw`UPDATE idp_keys SET state = CASE state WHEN 'next' THEN 'current' ELSE 'retired' END::idp_key_state`;
    const { answer, statements } = await counted();
    expect(statements).toBe(3);
    const inside = next?.certificate.split('\n').slice(1, 3).join('');
    expect(responseIn(answer).xml).toContain(inside);
    await db.$executeRaw`DELETE FROM idp_keys WHERE state = 'current'`;
    await expect(byRedirect()).rejects.toMatchObject({ code: 'internal' });
  });

  test('certificates of the service provider: each one that comes or goes', async () => {
    const version = async () => (await getProvider(application.slug)).version;
    const seen = [await version()];
    await db.$executeRaw`INSERT INTO sp_certificates (id, application_id, certificate, fingerprint, subject, not_after)
      SELECT gen_random_uuid(), id, 'one', 'one', 'sp', now() FROM applications`;
    seen.push(await version());
    await db.$executeRaw`DELETE FROM sp_certificates`;
    expect(new Set(seen).size).toBe(2);
    expect(await version()).toBe(seen[0]);
  });

  test('the person is suspended, or has to choose a password, or loses what lets them in', async () => {
    await db.$executeRaw`DELETE FROM application_users`;
    await expect(byRedirect()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('do not have access'),
    });
    await db.$executeRaw`UPDATE users SET status = 'suspended'`;
    await expect(byRedirect()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('cannot sign in'),
    });
    await db.$executeRaw`UPDATE users SET status = 'active', must_change_password = true`;
    expect(await byRedirect()).toMatchObject({ kind: 'sign_in', carried: expect.any(String) });
  });

  test('an application at the address of one that is gone is another one', async () => {
    const before = await knownProvider(application.slug);
    await db.$executeRaw`DELETE FROM applications`;
    await expect(byRedirect()).rejects.toMatchObject({ code: 'not_found' });
    const other = await samlApplication();
    await db.$executeRaw`UPDATE applications SET slug = ${application.slug}`;
    await expect(byRedirect()).rejects.toMatchObject({ code: 'forbidden' });
    expect((await knownProvider(application.slug)).application.id).toBe(other.id);
    expect(before.application.id).not.toBe(other.id);
  });
});
