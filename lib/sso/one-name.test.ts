import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assignUser } from '@/lib/applications/assign-user';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { settleAllNames } from '@/lib/applications/settle-names';
import { createApplication } from '@/lib/applications/testing/create-application';
import { saveUsernameFormat } from '@/lib/applications/update-application';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteUser } from '@/lib/directory/delete-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { userValuesSchema } from '@/lib/directory/schema';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor } from '@/lib/events/actor';
import { startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { getSsoTab } from './queries';
import type { SsoValues } from './schema';
import { updateSso } from './update-sso';

let applicationId: string;
let slug: string;

beforeAll(async () => {
  const made = await createApplication(systemActor, {
    templateId: 'custom-saml',
    displayLabel: 'Partner portal',
    showInPortal: true,
  });
  applicationId = made.id;
  slug = made.slug;
  await save({ settings: { spEntityId: 'https://sp.example', acsUrls: [acs] }, activation: 'activate' });
});
beforeEach(async () => {
  await emptyTables('users', 'groups', 'events');
  await format('username');
  await save({ settings: { nameIdSource: { kind: 'property', source: 'applicationUsername' } } });
});
afterAll(() => db.$disconnect());

const acs = { url: 'https://sp.example/acs', index: 0, isDefault: true };

async function save(more: { settings?: Partial<SsoValues['settings']>; activation?: SsoValues['activation'] }) {
  const tab = await getSsoTab(applicationId);
  const { version, idpEntityId, settings } = tab;
  const input = {
    applicationId,
    version,
    idpEntityId,
    placeholders: {},
    spCertificates: [],
    activation: 'keep' as const,
  };
  return updateSso(systemActor, { ...input, ...more, settings: { ...settings, ...more.settings } });
}

async function format(usernameFormat: string): Promise<void> {
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  await saveUsernameFormat(systemActor, { applicationId, version, usernameFormat });
}

type Person = SignedIn & { username: string; email: string };

async function person(username: string, email: string, more: { displayName?: string } = {}): Promise<Person> {
  const names = { firstname: 'Zoë', lastname: 'Lind', displayName: username, ...more };
  const user = await db.user.create({ data: { username, email, ...names } });
  const at = new Date();
  const times = { authenticatedAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 3_600_000) };
  const session = await db.session.create({ data: { userId: user.id, ...times } });
  const actor = { id: user.id, name: username, clientAddress: '192.0.2.7' };
  return { sessionId: session.id, userId: user.id, authenticatedAt: at, actor, username, email };
}

async function assigned(username: string, email: string, more: { displayName?: string } = {}): Promise<Person> {
  const who = await person(username, email, more);
  await assignUser(systemActor, { applicationId, userId: who.userId });
  return who;
}

/** The NameID that goes out; of a refusal its code. */
async function nameId(who: SignedIn): Promise<string> {
  try {
    const answer = await startSignIn(slug, who);
    if (answer.kind !== 'post') return answer.kind;
    return /<saml:NameID[^>]*>([^<]*)</.exec(answer.samlResponse)?.[1] ?? 'none';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
const nameIds = (...people: SignedIn[]) => Promise.all(people.map(nameId));
const type = (who: Person, applicationUsername: string | null) =>
  setApplicationUsername(systemActor, { applicationId, userId: who.userId, applicationUsername });
async function change(who: Person, values: { username?: string; email?: string }): Promise<void> {
  const { version } = await db.user.findUniqueOrThrow({ where: { id: who.userId } });
  const form = { username: who.username, email: who.email, firstname: 'Zoë', lastname: 'Lind', ...values };
  await updateUser(systemActor, { ...userValuesSchema.parse(form), id: who.userId, version }, unguarded);
}

describe('two people never get one NameID', () => {
  test('of one e-mail prefix both are refused, and nobody else; the event names both, the page does not', async () => {
    const [one, two] = [await assigned('carl', 'ceo@acme.example'), await assigned('cora', 'CEO@partner.example')];
    const ana = await assigned('ana', 'ana@acme.example');
    await format('email_prefix');
    expect(await nameIds(one, two, ana)).toEqual(['conflict', 'conflict', 'ana']);
    const event = await db.event.findFirstOrThrow({
      where: { name: 'sso_auth', outcome: 'error', actorId: one.userId },
    });
    expect(event).toMatchObject({ code: 'conflict', targetName: 'carl' });
    expect(event.message).toContain('“ceo” is the application username of cora (cora, CEO@partner.example) too.');
    const page = await startSignIn(slug, two).catch((error: AppError) => `${error.message} ${error.hint}`);
    expect(page).not.toMatch(/carl|ceo@acme/);
    await type(two, 'cora.ceo');
    expect(await nameIds(one, two)).toEqual(['ceo', 'cora.ceo']);
  });

  test.each([
    ['changed by the first', async (one: Person) => change(one, { email: 'boss@acme.example' })],
    ['changed by the second', async (_one: Person, two: Person) => change(two, { email: 'boss@partner.example' })],
    ['the first is deleted', async (one: Person) => void (await deleteUser(systemActor, { id: one.userId }))],
    [
      'the second is not assigned',
      async (_: Person, two: Person) =>
        void (await db.applicationUser.updateMany({ where: { userId: two.userId }, data: { assigned: false } })),
    ],
    ['typed', async (one: Person) => type(one, 'somebody')],
  ])('it ends with its cause: %s', async (_, mend) => {
    const [one, two] = [await assigned('carl', 'ceo@acme.example'), await assigned('cora', 'ceo@partner.example')];
    await format('email_prefix');
    expect(await nameIds(one, two)).toEqual(['conflict', 'conflict']);
    await mend(one, two);
    expect((await nameIds(one, two)).filter((name) => name === 'conflict')).toEqual([]);
  });

  test('it begins with its cause, whatever that is, and a suspended person still has the name', async () => {
    await format('email_prefix');
    const [one, two] = [await assigned('carl', 'carl@acme.example'), await assigned('cora', 'ceo@partner.example')];
    expect(await nameIds(one, two)).toEqual(['carl', 'ceo']);
    await change(one, { email: 'ceo@acme.example' });
    expect(await nameIds(one, two)).toEqual(['conflict', 'conflict']);
    await suspendUser(systemActor, { id: one.userId });
    expect(await nameId(two)).toBe('conflict');
    await deleteUser(systemActor, { id: one.userId });
    expect(await nameId(two)).toBe('ceo');
    await restoreUser(systemActor, { id: one.userId });
    expect(await nameId(two)).toBe('conflict');
    // Whoever writes past every command is seen as well.
    await db.$executeRaw`UPDATE users SET email = 'x@partner.example', email_folded = 'x@partner.example' WHERE id = ${two.userId}::uuid`;
    expect(await nameId(two)).toBe('x');
  });

  test.each([
    ['one typed username for two', 'ceo', 'ceo'],
    ['in another case', 'Ärzte', 'ärzte'],
    ['in full width', 'ceo', 'ＣＥＯ'],
  ])('%s is refused where it is typed', async (_, first, second) => {
    const [one, two] = [await assigned('carl', 'carl@acme.example'), await assigned('cora', 'cora@acme.example')];
    await type(one, first);
    await expect(type(two, second)).rejects.toMatchObject({
      code: 'already_exists',
      field: 'applicationUsername',
      message: `“${second}” is the application username of carl (carl, carl@acme.example) too.`,
    });
    expect(await nameIds(one, two)).toEqual([first, 'cora']);
    // Of somebody who is not in the application it is not taken; when they come in, both are refused.
    await expect(type(two, 'CARL')).resolves.toMatchObject({ id: applicationId });
    expect(await nameIds(one, two)).toEqual([first, 'CARL']);
    await expect(type(one, 'cora')).resolves.toMatchObject({ id: applicationId });
    expect(await db.event.count({ where: { name: 'application_update', code: 'already_exists' } })).toBe(1);
  });

  test('what is typed for one may not be what the format gives another', async () => {
    const [one, two] = [await assigned('carl', 'carl@acme.example'), await assigned('cora', 'cora@acme.example')];
    await expect(type(one, 'Cora')).rejects.toMatchObject({ code: 'already_exists' });
    await type(two, 'cora.2');
    await type(one, 'cora');
    // Back to the format, both would have it: saved, and shown with both.
    await type(two, null);
    expect(await nameIds(one, two)).toEqual(['conflict', 'conflict']);
  });

  test('of two who type one username at the same moment, one gets it', async () => {
    const [one, two] = [await assigned('carl', 'carl@acme.example'), await assigned('cora', 'cora@acme.example')];
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.allSettled([type(one, `ceo${round}`), type(two, `CEO${round}`)]);
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      await Promise.all([type(one, null), type(two, null)]);
    }
  });

  test('the name of an account is nobody else’s, although its owner is out of scope, deleted or erased', async () => {
    const [gone, successor] = [await person('ana', 'ana@old.example'), await assigned('ana.2', 'ana.2@acme.example')];
    const link = {
      applicationId,
      userId: gone.userId,
      remoteId: '7',
      accountName: 'ana',
      state: 'deactivated' as const,
    };
    await db.userLink.create({ data: link });
    await deleteUser(systemActor, { id: gone.userId });
    await change(successor, { username: 'Ana' });
    expect(await nameId(successor)).toBe('conflict');
    await expect(type(successor, 'ANA')).rejects.toMatchObject({
      message: '“ANA” is the application username of the account of ana (ana, ana@old.example) too.',
    });
    await db.userLink.updateMany({ data: { state: 'deleted' } });
    expect(await nameId(successor)).toBe('Ana');
  });
});

describe('a NameID that is not the application username', () => {
  const source = (kind: 'property' | 'expression', text: string) =>
    save({ settings: { nameIdSource: { kind, source: text } } });

  test.each([
    ['property', 'displayName', 'Same Name'],
    ['expression', 'Word([email], 1, "@")', 'ceo'],
    ['expression', 'Left([applicationUsername], 2)', 'ca'],
  ] as const)('is refused to both of two people who share it: %s %s', async (kind, text, shared) => {
    const one = await assigned('carl', 'ceo@acme.example', { displayName: 'Same Name' });
    const two = await assigned('cara', 'ceo@partner.example', { displayName: 'SAME Name' });
    const outside = await person('caro', 'ceo@other.example', { displayName: 'Same Name' });
    await source(kind, text);
    expect(await nameIds(one, two)).toEqual(['conflict', 'conflict']);
    await db.applicationUser.deleteMany({ where: { userId: two.userId } });
    expect(await nameId(one)).toBe(shared);
    expect(await nameId(outside)).toBe('forbidden');
  });

  test.each([
    ['property', 'groups', 'User groups are those of many people. NameID is made of what one person has.'],
    [
      'expression',
      'Item([memberOf], 1)',
      'User groups are those of many people. NameID is made of what one person has.',
    ],
    ['expression', 'RandomString(8, 0, 0, 0, 0, "x")', 'NameID cannot be made from something that differs each time.'],
  ] as const)('is never made of what is not one person’s: %s %s', async (kind, text, message) => {
    const ana = await assigned('ana', 'ana@acme.example');
    await expect(source(kind, text)).rejects.toMatchObject({ field: 'settings.nameIdSource.source', message });
    // As it was saved before this was asked.
    const { settings } = await db.ssoSettings.findUniqueOrThrow({ where: { applicationId } });
    const stored = { ...(settings as object), nameIdSource: { kind, source: text } };
    await db.ssoSettings.update({ where: { applicationId }, data: { settings: stored } });
    await db.group.create({ data: { name: 'Sales', members: { create: [{ userId: ana.userId }] } } });
    expect(await nameId(ana)).toBe('conflict');
    const event = await db.event.findFirstOrThrow({ where: { name: 'sso_auth', actorId: ana.userId } });
    expect(event.message).toContain(message);
  });

  test('is compared as it is made of a username that is typed', async () => {
    const [one, two] = [await assigned('carl', 'carl@acme.example'), await assigned('dora', 'dora@acme.example')];
    await source('expression', 'Left([username], 2)');
    expect(await nameIds(one, two)).toEqual(['ca', 'do']);
    await type(two, 'cape');
    expect(await nameIds(one, two)).toEqual(['conflict', 'conflict']);
    await type(two, 'dope');
    expect(await nameIds(one, two)).toEqual(['ca', 'do']);
  });
});

test('once names are settled, a sign-in computes nobody’s but its own', async () => {
  const ana = await assigned('ana', 'ana@acme.example');
  await settleAllNames();
  const before = await db.$queryRaw`SELECT naming_id, user_id, xmin::text FROM computed_names`;
  expect(await nameId(ana)).toBe('ana');
  expect(await db.$queryRaw`SELECT naming_id, user_id, xmin::text FROM computed_names`).toEqual(before);
});
