import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { enterpriseUserSchema, type ScimResource } from '@/lib/scim/path';
import { decideRow } from './decide-row';
import { listImportRows } from './queries';
import { runRows } from './run-import';
import { importFilterSchema } from './schema';
import { getImportSettings, updateImportSettings } from './settings';
import { defaultMatching, defaultReverseMappings, type Matching, type ReverseMapping } from './settings-schema';
import { discardImport } from './start-import';
import { readImport } from './testing/read-import';

let applicationId = '';
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

function account(id: string, email: string, more: Partial<ScimResource> = {}): ScimResource {
  return {
    id,
    userName: id,
    active: true,
    name: { givenName: 'Ann', familyName: id },
    emails: [{ value: email }],
    ...more,
  };
}
const numbered = (employeeNumber: string) => ({ [enterpriseUserSchema]: { employeeNumber } });

async function person(username: string, more: { email?: string; employeeIdentifier?: string } = {}): Promise<string> {
  const names = { firstname: 'Per', lastname: username, displayName: `Per ${username}` };
  return (await db.user.create({ data: { username, email: `${username}@acme.example`, ...names, ...more } })).id;
}

async function set({
  mappings = [...defaultReverseMappings],
  ...matching
}: Partial<Matching> & { mappings?: ReverseMapping[] }) {
  const { version } = await getImportSettings(applicationId);
  await updateImportSettings(systemActor, {
    ...{ applicationId, version, mappings },
    matching: { ...defaultMatching, ...matching },
  });
}

async function matches(accounts: readonly ScimResource[]) {
  const importId = await readImport(applicationId, accounts);
  const { items } = await listImportRows(importId, importFilterSchema.parse({ sort: 'username' }), 100);
  return {
    importId,
    rows: items.map((row) => [
      row.remoteId,
      row.match,
      row.candidates
        .map((one) => one.username)
        .sort()
        .join(),
    ]),
  };
}

const rule = (...by: Matching['rules'][number]['by']) => ({ by, caseSensitive: false });

test('rules of the usual kinds find the same whether statements or digests look', async () => {
  await person('ana');
  await person('ben', { email: 'Ben.B@acme.example' });
  await person('kim');
  const accounts = [
    account('ANA', 'x@acme.example'),
    account('b', 'BEN.b@Acme.example'),
    account('kim', 'ben.b@acme.example'),
    account('zoe', 'zoe@acme.example'),
  ];
  const usual = await matches(accounts);
  expect(usual.rows).toEqual([
    ['ANA', 'exact', 'ana'],
    ['b', 'exact', 'ben'],
    ['kim', 'ambiguous', 'ben,kim'],
    ['zoe', 'none', ''],
  ]);
  await db.import.deleteMany();
  // One that finds nobody makes all of them be asked by digests.
  await set({ rules: [...defaultMatching.rules, rule('employeeIdentifier')] });
  expect((await matches(accounts)).rows).toEqual(usual.rows);
  expect(await db.importKey.count()).toBe(0);
});

test('of several things together all have to agree, and case counts where it is said to', async () => {
  await person('ana', { employeeIdentifier: 'A1' });
  await person('ben', { employeeIdentifier: 'B2' });
  await set({
    rules: [rule('username', 'employeeIdentifier'), { by: ['email'], caseSensitive: true }],
    partialOnNames: false,
  });
  const { rows } = await matches([
    account('ana', 'x@acme.example', numbered('a1')),
    account('ben', 'y@acme.example', numbered('A1')),
    account('c', 'Ben@acme.example', { name: { givenName: 'Per', familyName: 'ben' } }),
    account('d', 'ben@acme.example'),
  ]);
  expect(rows).toEqual([
    ['ana', 'exact', 'ana'],
    ['ben', 'none', ''],
    ['c', 'none', ''],
    ['d', 'exact', 'ben'],
  ]);
});

test('where the first rule that finds somebody counts, a later one makes nobody doubtful', async () => {
  await person('ana', { employeeIdentifier: '1' });
  await person('ben', { employeeIdentifier: '2' });
  const accounts = [account('ana', 'ana@acme.example', numbered('2')), account('x', 'ben@acme.example')];
  await set({ rules: [rule('employeeIdentifier'), rule('username'), rule('email')] });
  expect((await matches(accounts)).rows).toEqual([
    ['ana', 'ambiguous', 'ana,ben'],
    ['x', 'exact', 'ben'],
  ]);
  await db.import.deleteMany();
  await set({ rules: [rule('username'), rule('employeeIdentifier'), rule('email')], stopAtFirst: true });
  expect((await matches(accounts)).rows).toEqual([
    ['ana', 'exact', 'ana'],
    ['x', 'exact', 'ben'],
  ]);
});

test('without review goes only what the settings let: never several people, another name, or an account that is inactive', async () => {
  await person('ana');
  await person('ben', { email: 'other@acme.example' });
  await person('cas');
  await person('dan');
  await person('eve');
  await set({ autoConfirm: ['username_and_email'] });
  const importId = await readImport(applicationId, [
    account('ana', 'ana@acme.example'),
    account('ben', 'x@acme.example'),
    account('cas', 'cas@acme.example', { active: false }),
    account('d', 'dan@acme.example'),
    account('eve', 'dan@acme.example'),
    account('new', 'new@acme.example'),
  ]);
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'running' });
  await runRows(importId);
  expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ state: 'review', confirmedAt: null });
  const states = await db.importRow.findMany({ where: { importId }, orderBy: { remoteId: 'asc' } });
  expect(states.map(({ remoteId, state }) => [remoteId, state])).toEqual([
    ['ana', 'done'],
    ...['ben', 'cas', 'd', 'eve', 'new'].map((id) => [id, 'listed']),
  ]);
  expect(
    await db.event.findMany({ where: { name: { in: ['user_import', 'import_decide'] } }, orderBy: { id: 'asc' } }),
  ).toMatchObject([
    { name: 'import_decide', message: '1 account is imported as the settings have it, without review.' },
    { name: 'user_import', actorName: systemActor.name, targetName: 'ana' },
  ]);
  // Given up, what was imported stays and is its result.
  await discardImport(systemActor, { importId });
  expect(await db.importRow.findMany({ where: { importId } })).toMatchObject([{ remoteId: 'ana', state: 'done' }]);
});

test('what people take is what the table says, by expressions too; one that fails for an account is that row alone', async () => {
  const mappings: ReverseMapping[] = [
    ...defaultReverseMappings.filter(({ attribute }) => !['jobTitle', 'department'].includes(attribute)),
    { attribute: 'jobTitle', kind: 'expression', source: 'Join(" ", [title], [userType])', onUpdate: true },
    { attribute: 'department', kind: 'constant', source: 'Imported', onUpdate: false },
    {
      attribute: 'location',
      kind: 'expression',
      source: 'IIF([title]="Bad", Mid([title], "x", 2), [locale])',
      onUpdate: true,
    },
  ];
  await set({ mappings });
  const anaId = await person('ana');
  const importId = await readImport(applicationId, [
    account('ana', 'ana@acme.example', { title: 'Lead', userType: 'power', locale: 'de' }),
    account('bad', 'bad@acme.example', { title: 'Bad' }),
    account('new', 'new@acme.example', { title: 'Clerk', userType: 'standard' }),
  ]);
  await decideRow(systemActor, { importId, remoteId: 'ana', decision: { kind: 'update', userId: anaId } });
  await db.importRow.updateMany({ where: { importId }, data: { state: 'queued' } });
  await db.import.update({ where: { id: importId }, data: { state: 'running', confirmedAt: new Date() } });
  await runRows(importId);
  expect(await db.user.findUnique({ where: { id: anaId } })).toMatchObject({
    ...{ jobTitle: 'Lead power', location: 'de', department: null, lastname: 'ana', firstname: 'Ann' },
  });
  const rows = await db.importRow.findMany({ where: { importId }, orderBy: { remoteId: 'asc' } });
  expect(rows.map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
  expect(rows[1]?.error).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('the location') });
  expect(await db.user.findFirst({ where: { username: 'new' } })).toMatchObject({
    ...{ jobTitle: 'Clerk standard', department: 'Imported', location: null },
  });
});
