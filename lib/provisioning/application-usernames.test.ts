import { beforeAll, beforeEach, expect, test } from 'vitest';
import { assignUser } from '@/lib/applications/assign-user';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { setApplicationUsernames } from '@/lib/applications/set-application-usernames';
import { parseCsv } from '@/lib/core/csv';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { startRowsExport } from '@/lib/events/export';
import { eachUsernamePage, exportedUsernameColumns } from './queries/exported-usernames';
import { listAssignments } from './queries/links';
import { reviewUsernames } from './review-usernames';
import { integratedApplication, linkedPerson } from './testing/integration';

let applicationId: string;
const people: Record<string, string> = {};
const mail = (name: string) => `${name}@acme.example`;

/** People of an application with these accounts over there; null: none. */
async function inside(accounts: Record<string, string | null>): Promise<void> {
  for (const [name, userName] of Object.entries(accounts)) {
    const { id, userId } = await linkedPerson(applicationId, name, userName === null ? 'pending' : 'provisioned');
    const account =
      userName === null
        ? { remoteId: null }
        : { accountName: userName, lastSent: { userName }, lastRead: { id: `remote-${name}`, userName } };
    await db.userLink.update({ where: { id }, data: account });
    people[name] = userId;
  }
  await db.applicationUser.createMany({
    data: Object.values(people).map((userId) => ({ applicationId, userId, assigned: true })),
    skipDuplicates: true,
  });
}

async function overThere(remoteId: string, userName: string): Promise<void> {
  const data = {
    applicationId,
    remoteId,
    userName,
    userNameFolded: userName,
    active: true,
    resource: { id: remoteId, userName },
  };
  await db.remoteAccount.create({ data: { ...data, matchKeys: [`username=${userName}`], readAt: new Date() } });
}

const sso = (ssoStatus: 'active' | 'inactive') =>
  db.application.update({ where: { id: applicationId }, data: { ssoStatus } });
const type = (name: string, applicationUsername: string | null) =>
  setApplicationUsername(systemActor, { applicationId, userId: people[name] ?? '', applicationUsername });
const review = (rows: Record<string, string>) => {
  const usernames = Object.entries(rows).map(([person, applicationUsername]) => ({ person, applicationUsername }));
  return reviewUsernames({ applicationId, usernames }, systemActor);
};

beforeAll(async () => {
  await db.user.create({
    data: { username: 'outside', email: mail('outside'), firstname: 'Olga', lastname: 'Test', displayName: 'Olga' },
  });
});

beforeEach(async () => {
  await db.userLink.deleteMany();
  await db.user.deleteMany({ where: { id: { in: Object.values(people) } } });
  for (const name of Object.keys(people)) delete people[name];
  applicationId = await integratedApplication();
});

test('under SSO an account keeps its username: neither a typed one nor going back to the format changes it, only its own name is taken', async () => {
  await inside({ ana: 'ana.account', bo: null });
  await sso('active');
  const refused = { code: 'invalid_input', field: 'applicationUsername', message: expect.stringContaining('SAML SSO') };
  await expect(type('ana', 'ana.m')).rejects.toMatchObject(refused);
  await type('ana', 'ana.account');
  await expect(type('ana', null)).rejects.toMatchObject(refused);
  expect(await db.applicationUser.count({ where: { applicationId, applicationUsername: 'ana.account' } })).toBe(1);
  // Without an account there is nothing that would have to keep its name, and without SSO nothing has to.
  await type('bo', 'bo.m');
  await sso('inactive');
  await type('ana', null);
  expect(await db.applicationUser.count({ where: { applicationId, applicationUsername: { not: null } } })).toBe(1);
});

test('a file of usernames is told row by row what is wrong, before anything is saved', async () => {
  await inside({ ana: 'ana', bo: 'bo', cy: null, di: null, ed: null, flo: null });
  await overThere('remote-x', 'taken.there');
  await overThere('remote-y', 'cy.there');
  const rows = await review({
    [mail('ana')]: 'ana.m',
    BO: 'taken.there',
    [mail('cy')]: 'cy.there',
    [mail('di')]: 'ed',
    [mail('ed')]: '',
    [mail('flo')]: 'flo@acme.example',
    [mail('outside')]: 'olga',
    nobody: 'x.y',
    ana: 'ana.x',
  });
  expect(rows.map(({ person, problem, overThere: there }) => [person, problem?.code ?? there])).toEqual([
    [mail('ana'), 'Their account “ana” in Egnyte is renamed to “ana.m”.'],
    ['BO', 'already_exists'],
    [mail('cy'), 'Takes over the account “cy.there” that Egnyte has already.'],
    [mail('di'), 'already_exists'],
    [mail('ed'), null],
    [mail('flo'), 'invalid_input'],
    [mail('outside'), 'not_in_application'],
    ['nobody', 'not_found'],
    ['ana', 'repeated'],
  ]);
  expect(rows.find(({ person }) => person === mail('ed'))).toMatchObject({ unchanged: true });
  expect(await db.applicationUser.count({ where: { applicationId, applicationUsername: { not: null } } })).toBe(0);
});

test('one name for two in a file is a problem of both, and people may swap theirs', async () => {
  await inside({ ana: null, bo: null, cy: null });
  const both = await review({ ana: 'same', bo: 'Same', cy: 'other' });
  expect(both.map(({ problem }) => problem?.code)).toEqual(['already_exists', 'already_exists', undefined]);
  const swapped = await review({ ana: 'bo', bo: 'ana' });
  expect(swapped.map(({ problem }) => problem)).toEqual([null, null]);
});

test('reviewed usernames are saved all or none, with an event for each, and only as they were reviewed', async () => {
  await inside({ ana: null, bo: null, cy: null });
  const row = (name: string, applicationUsername: string | null, was: string | null = null) => ({
    ...{ userId: people[name] ?? '', applicationUsername, was },
  });
  const save = (...usernames: ReturnType<typeof row>[]) =>
    setApplicationUsernames(systemActor, { applicationId, usernames });
  const typed = async () =>
    Object.fromEntries(
      (await db.applicationUser.findMany({ where: { applicationId, applicationUsername: { not: null } } })).map(
        ({ userId, applicationUsername }) => [userId, applicationUsername],
      ),
    );
  await expect(save(row('ana', 'ana.m'), row('bo', 'cy'))).rejects.toMatchObject({
    code: 'invalid_input',
    details: { problems: [{ field: 'usernames.1.applicationUsername', message: expect.stringContaining('cy') }] },
  });
  expect(await typed()).toEqual({});
  expect(await save(row('ana', 'ana.m'), row('bo', 'bo.m'), row('cy', null))).toMatchObject({ changed: 2 });
  expect(await typed()).toEqual({ [people.ana ?? '']: 'ana.m', [people.bo ?? '']: 'bo.m' });
  const events = await db.event.findMany({ where: { applicationId, name: 'application_update', outcome: 'success' } });
  expect(events.map(({ targetId, changes }) => [targetId, changes]).sort()).toEqual(
    ['ana', 'bo'].map((name) => [people[name], { applicationUsername: { from: null, to: `${name}.m` } }]).sort(),
  );
  await type('ana', 'ana.x');
  await expect(save(row('ana', null, 'ana.m'), row('bo', null, 'bo.m'))).rejects.toMatchObject({
    message: expect.stringContaining('since it was reviewed'),
  });
  expect(await typed()).toEqual({ [people.ana ?? '']: 'ana.x', [people.bo ?? '']: 'bo.m' });
});

test('the list tells computed and typed username, and the name over there where it is another; the file of it changes nothing', async () => {
  await inside({ ana: 'ana', bo: 'bo.there', cy: null });
  await type('cy', 'cy.m');
  const { items } = await listAssignments(applicationId, {});
  const told = items.map((row) => [
    row.applicationUsername,
    row.typedUsername,
    row.computedUsername,
    row.accountUsername,
  ]);
  expect(told).toEqual([
    ['ana', false, 'ana', null],
    ['bo', false, 'bo', 'bo.there'],
    ['cy.m', true, 'cy', null],
  ]);
  const stream = await startRowsExport(eachUsernamePage(applicationId), exportedUsernameColumns, {
    format: 'csv',
    who: '',
  });
  const [, ...rows] = parseCsv(await new Response(stream).text());
  const file = Object.fromEntries(rows.map(({ cells: [person = '', username = ''] }) => [person, username]));
  expect(file).toEqual({ [mail('ana')]: '', [mail('bo')]: '', [mail('cy')]: 'cy.m' });
  expect((await review(file)).map(({ unchanged, problem }) => [unchanged, problem])).toEqual(
    Array(3).fill([true, null]),
  );
});

test('somebody is assigned under a username that is typed along, or not at all', async () => {
  await inside({ ana: null });
  const { id: userId } = await db.user.findFirstOrThrow({ where: { username: 'outside' } });
  const assign = (applicationUsername: string) =>
    assignUser(systemActor, { applicationId, userId, applicationUsername });
  await expect(assign('ana')).rejects.toMatchObject({ code: 'already_exists', field: 'applicationUsername' });
  expect(await db.applicationUser.count({ where: { applicationId, userId } })).toBe(0);
  await assign('olga.m');
  const row = await db.applicationUser.findFirstOrThrow({ where: { applicationId, userId } });
  expect(row).toMatchObject({ assigned: true, applicationUsername: 'olga.m' });
});
