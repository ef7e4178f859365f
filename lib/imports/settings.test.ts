import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { enterpriseUserSchema, type ScimResource } from '@/lib/scim/path';
import { decideRow } from './decide-row';
import { previewImportSettings } from './preview-settings';
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

test('custom attributes are taken by their definitions, beside those that stay; a value of another type is that row alone', async () => {
  const define = (key: string, type: string) =>
    db.attributeDefinition.create({ data: { key, type, label: `My ${key}` } });
  await db.attributeDefinition.deleteMany();
  await Promise.all([define('level', 'number'), define('onCall', 'boolean'), define('site', 'string')]);
  const take = (key: string, source: string, kind: ReverseMapping['kind'] = 'direct') =>
    ({ attribute: `customAttributes.${key}`, kind, source, onUpdate: key !== 'site' }) as const;
  await expect(set({ mappings: [...defaultReverseMappings, take('gone', 'title')] })).rejects.toMatchObject({
    ...{ code: 'invalid_input', field: 'mappings.11.attribute' },
  });
  await expect(set({ mappings: [...defaultReverseMappings, take('level', 'high', 'constant')] })).rejects.toThrow(
    'My level is a number.',
  );
  const level = take('level', 'title');
  const onCall = take('onCall', 'IIF([userType]="x", "yes", "no")', 'expression');
  const site = take('site', 'phoneNumbers.value');
  await set({ mappings: [...defaultReverseMappings, level, onCall, site] });
  const anaId = await person('ana');
  await db.user.update({
    where: { id: anaId },
    data: { customAttributes: { site: 'old', shift: 'late', onCall: false } },
  });
  const told = account('ana', 'ana@acme.example', { title: '7', userType: 'x', phoneNumbers: [{ value: '12' }] });
  const importId = await readImport(applicationId, [
    told,
    account('bad', 'bad@acme.example', { title: 'high' }),
    account('new', 'new@acme.example', { title: '2,5', phoneNumbers: [{ value: '99' }] }),
  ]);
  const { items } = await listImportRows(importId, importFilterSchema.parse({ sort: 'username', q: 'ana' }), 100);
  const custom = items[0]?.candidates[0]?.compared.filter(({ name }) => name.startsWith('customAttributes.'));
  expect(custom).toEqual([
    { name: level.attribute, label: 'My level', person: null, account: '7', agrees: false, updates: true },
    { name: onCall.attribute, label: 'My onCall', person: 'false', account: 'true', agrees: false, updates: true },
    { name: site.attribute, label: 'My site', person: 'old', account: '12', agrees: false, updates: false },
  ]);
  const asked = { mappings: [level, onCall, site, { ...level, attribute: onCall.attribute }], userId: anaId };
  expect(await previewImportSettings(applicationId, asked)).toMatchObject({
    person: { id: anaId },
    values: [
      { value: '7', before: null, updates: true },
      { value: 'true', before: 'false', updates: true },
      { value: '12', before: 'old', updates: false },
      { value: null, problem: '“7” is neither yes nor no.' },
    ],
  });
  await decideRow(systemActor, { importId, remoteId: 'ana', decision: { kind: 'update', userId: anaId } });
  await db.importRow.updateMany({ where: { importId }, data: { state: 'queued' } });
  await db.import.update({ where: { id: importId }, data: { state: 'running', confirmedAt: new Date() } });
  await runRows(importId);
  const ana = await db.user.findUniqueOrThrow({ where: { id: anaId } });
  expect(ana.customAttributes).toEqual({ site: 'old', shift: 'late', onCall: true, level: 7 });
  const failed = await db.importRow.findMany({ where: { importId, state: 'failed' } });
  expect(failed).toMatchObject([{ remoteId: 'bad', error: { message: '“high” is no number.' } }]);
  expect(failed[0]?.error).toMatchObject({ hint: expect.stringContaining('the My level') });
  const made = await db.user.findFirstOrThrow({ where: { username: 'new' } });
  expect(made).toMatchObject({ phone: '99', customAttributes: { level: 2.5, onCall: false, site: '99' } });
});
