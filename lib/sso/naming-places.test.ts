import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { db } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { aPerson, tester } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { type Actor, systemActor } from '@/lib/events/actor';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { decideRows } from '@/lib/imports/decide-rows';
import { retryRows } from '@/lib/imports/retry-rows';
import { runRows } from '@/lib/imports/run-import';
import { importFilterSchema } from '@/lib/imports/schema';
import { manageLink } from '@/lib/provisioning/release-link';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { authenticateToken } from '@/lib/tokens/authenticate-token';
import { createToken } from '@/lib/tokens/create-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { keepOwnNames } from './keep-own-names';

const root = join(import.meta.dirname, '..', '..');

let applicationId = '';
let ada: User;
let helga: User;
let kim: User;

beforeAll(async () => {
  applicationId = await integratedApplication();
});
beforeEach(async () => {
  await emptyTables('users', 'imports', 'events', 'api_tokens');
  await aPerson({ username: 'other', role: 'administrator', passwordHash: 'x' });
  ada = await aPerson({ username: 'ada', displayName: 'Ada', role: 'administrator', passwordHash: 'x' });
  helga = await aPerson({ username: 'helga', displayName: 'Helga', role: 'helpdesk' });
  kim = await aPerson({ username: 'kim', displayName: 'Kim' });
});
afterAll(() => db.$disconnect());

// ------------------------------------------------------------------ who asks

const session = (user: User): Actor => ({ id: user.id, name: user.username, clientAddress: null });

async function tokenOf(maker: Actor, role: 'administrator' | 'helpdesk'): Promise<Actor> {
  const made = await createToken(maker, createTokenSchema.parse({ label: `${role} of ${maker.name}`, role }));
  return (await authenticateToken(`Bearer ${made.token}`, null)).actor;
}

interface Asking {
  role: 'administrator' | 'helpdesk';
  actor: () => Promise<Actor>;
  /** Who that is: the person whom they must not name. */
  self: (() => User) | undefined;
}

const asking: Record<string, Asking> = {
  'an administrator by session': { role: 'administrator', actor: async () => session(ada), self: () => ada },
  'an administrator by token': {
    role: 'administrator',
    actor: () => tokenOf(session(ada), 'administrator'),
    self: () => ada,
  },
  "a token made by an administrator's token": {
    role: 'administrator',
    actor: async () => tokenOf(await tokenOf(session(ada), 'administrator'), 'administrator'),
    self: () => ada,
  },
  'helpdesk by session': { role: 'helpdesk', actor: async () => session(helga), self: () => helga },
  "an administrator's helpdesk token": {
    role: 'helpdesk',
    actor: () => tokenOf(session(ada), 'helpdesk'),
    self: () => ada,
  },
  "the installation's token": {
    role: 'administrator',
    actor: () => tokenOf(systemActor, 'administrator'),
    self: undefined,
  },
  "the installation's helpdesk token": {
    role: 'helpdesk',
    actor: () => tokenOf(systemActor, 'helpdesk'),
    self: undefined,
  },
};

// ------------------------------------------------------------------ the places

interface Place {
  /** Other roles do not get there: the table of permissions keeps them out before. */
  roles: readonly Asking['role'][];
  /** Whether the person gets another name than now: the account's, where it is called `ceo`. */
  names: readonly ('same' | 'other')[];
  /** Does it. What it does not do although it throws nothing, it throws: what the row says. */
  run: (actor: Actor, target: User, userName: string) => Promise<unknown>;
  /** The event that tells of the refused attempt. */
  event: string;
}

const both = ['administrator', 'helpdesk'] as const;
const administrators = ['administrator'] as const;

/** An import in review (or in a state of its own) of one account, to be linked to somebody. */
async function importOf(target: User, userName: string, more: { decidedById?: string; failed?: boolean } = {}) {
  const { decidedById, failed } = more;
  const decided = decidedById ? { decidedById, decidedAt: new Date() } : {};
  const made = await db.import.create({
    data: {
      ...{ applicationId, startedByName: 'somebody' },
      ...(failed ? { state: 'finished', confirmedAt: new Date(), finishedAt: new Date() } : { state: 'review' }),
      rows: {
        create: {
          ...{ remoteId: 'r1', userName, email: target.email, active: true, match: 'exact', candidateIds: [target.id] },
          ...{ userId: target.id, decision: 'link', state: failed ? 'failed' : 'listed' },
          ...decided,
        },
      },
    },
  });
  return { importId: made.id };
}

/** Runs what was confirmed, as the background does. @throws what the row says */
async function ran({ importId }: { importId: string }): Promise<void> {
  await runRows(importId);
  const row = await db.importRow.findFirstOrThrow({ where: { importId } });
  if (row.state !== 'done') throw row.error ?? new Error(`The row is ${row.state}.`);
}

const places: Record<string, Place> = {
  'deciding for an account of an import': {
    roles: both,
    names: ['same', 'other'],
    event: 'import_decide',
    run: async (actor, target, userName) => {
      const { importId } = await importOf(target, userName);
      await decideRow(actor, { importId, remoteId: 'r1', decision: { kind: 'link', userId: target.id } });
    },
  },
  'deciding for all accounts that match': {
    roles: both,
    names: ['same', 'other'],
    event: 'import_decide',
    run: async (actor, target, userName) => {
      const open = await importOf(target, userName);
      const isOther = userName !== target.username;
      await db.importRow.updateMany({
        data: { decision: null, ...(isOther ? { choiceReason: 'other_username' } : {}) },
      });
      const matching = importFilterSchema.parse({});
      await decideRows(actor, { ...open, selection: { matching }, kind: 'link' }).catch((error: { code?: string }) => {
        // It is chosen for none: the one that there is stays undecided.
        throw error.code === 'invalid_input' ? { code: 'forbidden' } : error;
      });
    },
  },
  'confirming an account of an import': {
    roles: both,
    names: ['same'],
    event: 'import_start',
    run: async (actor, target, userName) => {
      const open = await importOf(target, userName);
      await confirmImport(actor, { ...open, selection: { remoteIds: ['r1'] } });
      await ran(open);
    },
  },
  'confirming everything that matches': {
    roles: both,
    names: ['same'],
    event: 'import_start',
    run: async (actor, target, userName) => {
      const open = await importOf(target, userName);
      await confirmImport(actor, { ...open, selection: { matching: importFilterSchema.parse({}) } });
      await ran(open);
    },
  },
  'confirming what has another name as well': {
    roles: both,
    names: ['other'],
    event: 'import_start',
    run: async (actor, target, userName) => {
      const open = await importOf(target, userName);
      await db.importRow.updateMany({ data: { decision: null, choiceReason: 'other_username' } });
      const refusal = confirmImport(actor, { ...open, selection: { remoteIds: ['r1'] }, linkOtherNames: true });
      await refusal.catch((error: { code?: string }) => {
        // Of oneself, it stays undecided: nothing is left to import.
        throw error.code === 'invalid_input' ? { code: 'forbidden' } : error;
      });
      await ran(open);
    },
  },
  'running in the background what was confirmed': {
    roles: both,
    names: ['same', 'other'],
    event: 'user_import',
    run: async (actor, target, userName) => {
      const open = await importOf(target, userName);
      await db.importRow.updateMany({ data: { state: 'queued', ...decidedBy(actor, userName) } });
      const confirmed = { confirmedById: actor.id, confirmedByName: actor.name };
      await db.import.updateMany({
        data: { state: 'running', confirmedAt: new Date(), ...confirmed, confirmedByTokenId: actor.tokenId ?? null },
      });
      await ran(open);
    },
  },
  'retrying an account that failed': {
    roles: both,
    names: ['same', 'other'],
    event: 'user_import',
    run: async (actor, target, userName) => {
      const { importId } = await importOf(target, userName, { failed: true });
      await db.importRow.updateMany({ data: decidedBy(actor, userName) });
      const { error } = await retryRows(actor, { importId, remoteIds: ['r1'] });
      if (error) throw error;
    },
  },
  'typing an application username': {
    roles: administrators,
    names: ['other'],
    event: 'application_update',
    run: (actor, target, applicationUsername) =>
      setApplicationUsername(actor, { applicationId, userId: target.id, applicationUsername }),
  },
  'going back to the format': {
    roles: administrators,
    names: ['other'],
    event: 'application_update',
    run: async (actor, target, userName) => {
      const typed = { applicationId, userId: target.id, applicationUsername: userName };
      await db.applicationUser.create({ data: typed });
      await setApplicationUsername(actor, { ...typed, applicationUsername: null });
    },
  },
  'taking a released account back under management': {
    roles: administrators,
    names: ['same'],
    event: 'user_release',
    run: async (actor, target) => {
      const released = { applicationId, userId: target.id, remoteId: 'r1', state: 'released' as const };
      const { id } = await db.userLink.create({ data: released });
      await manageLink(actor, { linkId: id });
    },
  },
  'changing the properties from which the name is made': {
    roles: administrators,
    names: ['other'],
    event: 'user_update',
    run: async (actor, target, username) => {
      await db.applicationUser.create({ data: { applicationId, userId: target.id, assigned: true } });
      const { id, version, email, firstname, lastname, displayName, role } = target;
      const values = { ...nothing, email, firstname, lastname, displayName, role };
      await updateUser(actor, { ...values, id, version, username }, keepOwnNames);
    },
  },
};

const nothing = {
  ...{ employeeIdentifier: null, jobTitle: null, department: null, company: null, costCenter: null },
  ...{ location: null, phone: null, managerId: null, customAttributes: {} },
};

/** Where the account has another name, somebody has chosen it: here, whoever confirms it, who may have been more then. */
const decidedBy = (actor: Actor, userName: string) =>
  userName === 'ceo'
    ? { decidedAt: new Date(), decidedById: actor.id, decidedByTokenId: actor.tokenId ?? null }
    : { decidedAt: null };

const cases = Object.entries(places).flatMap(([place, { roles, names }]) =>
  Object.entries(asking).flatMap(([who, { role, self }]) =>
    names.flatMap((name) =>
      (['somebody else', ...(self ? ['themselves'] : [])] as const).flatMap((whom) =>
        roles.includes(role) ? [{ place, who, name, whom }] : [],
      ),
    ),
  ),
);

describe.each(Object.keys(places))('%s', (place) => {
  test.each(cases.filter((one) => one.place === place))(
    '$who: $whom under the $name name',
    async ({ who, name, whom }) => {
      const { actor: ask, role, self } = asking[who] as Asking;
      const { run, event } = places[place] as Place;
      const actor = await ask();
      const target = whom === 'themselves' && self ? self() : kim;
      await db.event.deleteMany();
      const attempt = run(actor, target, name === 'same' ? target.username : 'ceo');
      const allowed = whom === 'somebody else' && (name === 'same' || role === 'administrator');
      if (allowed) return expect(attempt).resolves.not.toThrow();
      await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
      expect(await db.userLink.count({ where: { state: { not: 'released' } } })).toBe(0);
      const typed = await db.applicationUser.findFirst({
        where: { userId: target.id },
        select: { applicationUsername: true },
      });
      if (place !== 'going back to the format') expect(typed?.applicationUsername ?? null).toBeNull();
      expect((await db.user.findUniqueOrThrow({ where: { id: target.id } })).username).toBe(target.username);
      const refused = await db.event.findMany({ where: { name: event, outcome: 'error' } });
      expect(refused.map(({ tokenId, actorId }) => [tokenId, actorId])).toContainEqual([
        actor.tokenId ?? null,
        actor.id,
      ]);
    },
  );
});

describe('what was chosen and is carried out later', () => {
  const open = () => importOf(kim, 'ceo', { decidedById: ada.id });

  test('an administrator chooses, helpdesk confirms: the person signs in by the account from then on', async () => {
    const found = await open();
    await confirmImport(session(helga), { ...found, selection: { remoteIds: ['r1'] } });
    await ran(found);
    expect(await db.applicationUser.findFirst({ where: { userId: kim.id } })).toMatchObject({
      applicationUsername: 'ceo',
    });
  });

  test('an administrator who is helpdesk by then has chosen nothing that helpdesk could not', async () => {
    const found = await open();
    await confirmImport(session(helga), { ...found, selection: { remoteIds: ['r1'] } });
    await db.user.update({ where: { id: ada.id }, data: { role: 'helpdesk' } });
    await expect(ran(found)).rejects.toMatchObject({ code: 'forbidden' });
    // Retried by an administrator, it is that one's choice.
    const retried = await retryRows(session(await aPerson({ role: 'administrator' })), { ...found, remoteIds: ['r1'] });
    expect(retried).toMatchObject({ changed: 1 });
  });

  test('a token that is revoked, or whose maker is suspended, by then links nobody', async () => {
    for (const end of [
      () => db.apiToken.updateMany({ data: { revokedAt: new Date() } }),
      () => suspendUser(tester, { id: ada.id }),
    ]) {
      const actor = await tokenOf(session(ada), 'administrator');
      const found = await importOf(kim, 'kim');
      await confirmImport(actor, { ...found, selection: { remoteIds: ['r1'] }, background: true });
      await end();
      await expect(ran(found)).rejects.toMatchObject({ code: 'forbidden' });
      const told = await db.event.findMany({ where: { name: 'user_import' }, select: { tokenId: true } });
      expect(told.at(-1)).toEqual({ tokenId: actor.tokenId });
      await db.import.deleteMany();
    }
  });

  test('a name that changed meanwhile was chosen by nobody, and says so', async () => {
    const found = await importOf(kim, 'kim');
    await confirmImport(session(ada), { ...found, selection: { remoteIds: ['r1'] } });
    await db.user.update({ where: { id: kim.id }, data: { username: 'kim.new' } });
    await expect(ran(found)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('“kim”') });
    await decideRow(session(ada), { ...found, remoteId: 'r1', decision: { kind: 'link', userId: kim.id } });
    expect(await retryRows(session(helga), { ...found, remoteIds: ['r1'] })).toMatchObject({ changed: 1 });
    expect(await db.applicationUser.findFirst({ where: { userId: kim.id } })).toMatchObject({
      applicationUsername: 'kim',
    });
  });

  test("nobody's own account hides among others: it alone is left out, counted, and on record", async () => {
    const found = await importOf(helga, 'helga');
    const other = { userName: 'kim', active: true, match: 'exact' as const, userId: kim.id, decision: 'link' as const };
    await db.importRow.create({ data: { ...other, ...found, remoteId: 'r2' } });
    const confirmed = await confirmImport(session(helga), {
      ...found,
      selection: { matching: importFilterSchema.parse({}) },
    });
    expect(confirmed).toMatchObject({ changed: 1, ownLeftOut: 1 });
    await runRows(found.importId);
    expect(await db.userLink.findMany()).toMatchObject([{ userId: kim.id }]);
    const [event] = await db.event.findMany({ where: { name: 'user_import', outcome: 'error' } });
    expect(event).toMatchObject({ code: 'forbidden', targetId: 'r1', actorName: 'helga' });
  });
});

describe('properties of oneself', () => {
  const change = (values: Partial<User>) => {
    const { id, version, username, email, firstname, lastname, displayName, role } = ada;
    const kept = { username, email, firstname, lastname, displayName, role };
    return updateUser(
      session(ada),
      { ...nothing, ...kept, ...values, customAttributes: {}, id, version },
      keepOwnNames,
    );
  };

  test('by which no application knows one are free: nobody is asked to change the address of the first day', async () => {
    await change({ username: 'ada.byron', email: 'ada@byron.example' });
  });

  test('that no name is made of are free in an application as well', async () => {
    await db.applicationUser.create({ data: { applicationId, userId: ada.id, assigned: true } });
    await change({ department: 'Analysis' });
  });

  test.each([
    ['NameID is made of another property', { kind: 'property', source: 'employeeIdentifier' }],
    ['NameID is an expression', { kind: 'expression', source: 'Join("-", [department], [employeeIdentifier])' }],
  ])('are kept where %s', async (_, nameIdSource) => {
    await db.userLink.create({ data: { applicationId, userId: ada.id, remoteId: 'r1' } });
    const sso = await db.ssoSettings.findUniqueOrThrow({ where: { applicationId } });
    const settings = { ...(sso.settings as object), nameIdSource };
    await db.ssoSettings.update({ where: { applicationId }, data: { settings } });
    await expect(change({ employeeIdentifier: '1' })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Egnyte'),
    });
  });
});

// ------------------------------------------------------------------ no place is forgotten

/** How a table is written, and what of it makes a link or a name. Within so many characters, whatever the formatter does. */
const writes: readonly [how: RegExp, what: RegExp][] = [
  [
    /\.userLink\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) (user_links|\$\{kind\.table\})/g,
    /SET[^`]*(?<!\.)\bremote_id = |\(id, [^`)]*remote_id|remoteId|account\b|\bdata \}/,
  ],
  [/\.applicationUser\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) application_users/g, /./],
  [/\.user\s*\.create|(INSERT INTO) users\b|insertFrom\('users'/g, /./],
  [/\.user\s*\.(update|upsert)|UPDATE users\b/g, /data: \{[^}]*(username|email)|\.\.\.data/],
  [
    /\.application\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) applications/g,
    /usernameFormat|mappings|\.\.\.(values|data)/,
  ],
  [/\.ssoSettings\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) sso_settings/g, /settings/],
  [/\.attributeMapping\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) attribute_mappings/g, /./],
  [/\.importRow\s*\.(create|update|upsert)|(INSERT INTO|UPDATE) import_rows/g, /decision|queued|userId|user_id/],
];
const within = 400;

function writesNames(path: string): boolean {
  const text = readFileSync(join(root, path), 'utf8');
  return writes.some(([how, what]) =>
    [...text.matchAll(how)].some(({ index }) => what.test(text.slice(index, index + within))),
  );
}

const asks = 'asks assertMayName';
const judges = 'asks refusalOf, by judgeUsernames';
/** Each file that writes such a thing, with the side that it takes. */
const sides: Record<string, string> = {
  'lib/applications/type-username.ts': judges,
  'lib/applications/set-application-usernames.ts': judges,
  'lib/imports/decide-row.ts': asks,
  'lib/imports/internal/import-row.ts': asks,
  'lib/provisioning/release-link.ts': asks,
  'lib/directory/update-user.ts': 'its guard does: keepOwnNames, which the type asks every caller for',
  'lib/imports/decide-rows.ts':
    'leaves out oneself, and other names unless an administrator chooses; the row asks again',
  'lib/imports/confirm-import.ts': 'asks by names-of-selection, and the row again when it is run',
  'lib/imports/internal/names-of-selection.ts': 'asks refusalOf',
  'lib/imports/internal/match-rows.ts': 'a match under another name is no decision',
  'lib/imports/run-import.ts': 'runs the row, which asks',
  'lib/imports/internal/auto-confirm.ts':
    'queues matches under the same name alone, by settings of administrators; the row asks again',
  'lib/imports/settings.ts': 'how accounts are matched: writes no name',
  'lib/imports/retry-failed.ts': 'has the row run again, which asks',
  'lib/imports/internal/choices.ts':
    'who chose goes with what was chosen, never to another name, and is asked by the row that is run',

  'lib/applications/assign-user.ts': 'lets somebody in, under the name that they have, or by typeUsername',
  'lib/applications/create-application.ts': 'configuration: a format for everybody, as the template has it',
  'lib/applications/update-application.ts':
    'configuration: a format says the same of all people, by administrators, on record',
  'lib/applications/update-mappings.ts': 'configuration, as a format is',
  'lib/applications/copy-application.ts':
    'configuration, as the original has it; names that somebody typed, for a new instance that nobody uses yet',
  'lib/moves/internal/hand-over-links.ts':
    'the accounts that the links of the old instance lead to; on another server those of an import, whose rows ask',
  'lib/sso/queries.ts': 'notes when metadata was read: writes no name',
  'lib/sso/update-sso.ts': 'configuration: NameID of all people, as a format is',

  'lib/directory/create-imported-user.ts': 'a new person has no name yet, and is nobody who acts',
  'lib/directory/internal/insert-person.ts': 'a new person, as above',
  'lib/directory/create-sourced-user.ts': 'a new person, as above; then whose a person is',
  'lib/installation/ensure-first-administrator.ts': 'the first start',
  'lib/directory/purge-user.ts': 'takes names away, and with them the links',

  'lib/provisioning/directory-changed.ts': 'has links wait for a cycle, or join it',
  'lib/provisioning/on-demand/provision-on-demand.ts': 'has one link wait for the engine',
  'lib/provisioning/engine/statements.ts':
    'the engine, by the mapping: what it created itself; under another name it is a conflict (foundAccount)',
};

const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .map((path) => join('lib', path))
  .filter((path) => path.endsWith('.ts') && !/\.test\.|\/test|testing\/|generated/.test(path));
const writing = sources.filter(writesNames).sort();

test('whatever writes a link, a name or what names are made of has taken a side', () => {
  expect(writing.filter((path) => !(path in sides))).toEqual([]);
  expect(Object.keys(sides).filter((path) => !writing.includes(path))).toEqual([]);
});

test('what is said to ask the rule does', () => {
  const sourceOf = (path: string) => readFileSync(join(root, path), 'utf8');
  const taking = (side: string) => Object.keys(sides).filter((path) => sides[path] === side);
  expect([taking(asks).length, taking(judges).length]).toEqual([3, 2]);
  for (const path of taking(asks)) expect(sourceOf(path), path).toContain('await assertMayName(tx');
  for (const path of taking(judges)) expect(sourceOf(path), path).toContain('await judgeUsernames(tx');
  expect(sourceOf('lib/applications/judge-usernames.ts')).toContain('refusalOf(authorities');
});

test('no route or screen of the product reaches those tables itself', () => {
  const above = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('app', path))
    .filter((path) => /\.tsx?$/.test(path));
  expect(above.filter(writesNames)).toEqual([]);
});
