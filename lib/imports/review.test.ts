import { beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { aPerson } from '@/lib/directory/testing/people';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import type { ScimResource } from '@/lib/scim/path';
import { confirmImport } from './confirm-import';
import { decideRow } from './decide-row';
import { decideRows } from './decide-rows';
import { countMatches, listImportRows } from './queries';
import { runRows } from './run-import';
import { importFilterSchema, reviewFilterSchema } from './schema';
import { readImport } from './testing/read-import';

const long = 'Ñ'.repeat(300);
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function account(userName: string, given: string, family: string, more: Partial<ScimResource> = {}): ScimResource {
  const emails = [{ value: `${userName}@acme.example`, primary: true }];
  return { id: userName, userName, active: true, name: { givenName: given, familyName: family }, emails, ...more };
}

const accounts: ScimResource[] = [
  account('ana', 'Ana', 'Martinez', {
    title: 'Lead',
    [enterprise]: { department: 'Sales' },
    emails: [{ value: 'ANA@acme.example' }],
  }),
  account('ana.private', 'Ana', 'Martinez', { emails: [{ value: 'other@acme.example' }] }),
  account('o.brien', 'Siobhán', "O'Brien-D’Arcy", { active: false }),
  account('rtl', 'نور', 'الهاشمي'),
  // Decomposed: a letter and its mark, two characters each.
  account('zoe', 'Zoe\u0308', 'Mu\u0308ller'),
  account('long', 'Long', long),
  account('twin.one', 'Twin', 'One', { emails: [{ value: 'Twin@Acme.example' }] }),
  account('twin.two', 'Twin', 'Two', { emails: [{ value: 'twin@acme.EXAMPLE' }] }),
];

let applicationId = '';
let importId = '';
let anaId = '';

const rows = async () => {
  const { items } = await listImportRows(importId, reviewFilterSchema.parse({}), 100);
  return items;
};
const row = async (remoteId: string) => {
  const found = (await rows()).find((one) => one.remoteId === remoteId);
  if (!found) throw new Error(`${remoteId} is not listed`);
  return found;
};

beforeAll(async () => {
  applicationId = await integratedApplication();
  const names = { firstname: 'Ana', lastname: 'Martinez', displayName: 'Ana Martinez' };
  const known = { username: 'ana', email: 'ana@acme.example', jobTitle: 'Engineer', department: 'Sales', ...names };
  anaId = (await db.user.create({ data: known })).id;
  importId = await readImport(applicationId, accounts);
});

test('the review begins with what needs a choice, and what each account says of its person stands beside', async () => {
  const listed = await rows();
  expect(listed.map((one) => one.remoteId).slice(0, 2)).toEqual(['ana.private', 'ana']);
  expect(listed.slice(2).map((one) => one.decision)).toEqual(Array(6).fill('create'));
  const ana = await row('ana');
  expect(ana).toMatchObject({ match: 'exact', decision: 'link', matchedBy: ['e-mail', 'username'] });
  const compared = ana.person?.compared ?? [];
  expect(compared.filter((one) => one.agrees).map((one) => one.name)).toEqual([
    ...['username', 'email', 'firstname', 'lastname', 'department'],
  ]);
  expect(compared.filter((one) => one.updates)).toEqual([
    { name: 'jobTitle', label: 'Job Title', person: 'Engineer', account: 'Lead', agrees: false, updates: true },
  ]);
  expect(await row('ana.private')).toMatchObject({ match: 'partial', decision: null, choice: { code: 'name_only' } });
});

test('the tiles count what their filters list', async () => {
  const filters = {
    undecided: { decision: 'undecided' },
    none: { match: 'none' },
    exact: { match: 'exact' },
    partial: { match: 'partial' },
    ambiguous: { match: 'ambiguous' },
    imported: { status: 'imported' },
    ignore: { decision: 'ignore' },
    inactive: { active: 'false' },
  };
  const counts = await countMatches(importId);
  for (const [count, asked] of Object.entries(filters)) {
    const { items, total } = await listImportRows(importId, reviewFilterSchema.parse(asked), 100);
    expect([count, items.length, total]).toEqual([count, counts[count as keyof typeof filters], items.length]);
  }
  expect(counts).toMatchObject({ undecided: 1, exact: 1, partial: 1, none: 6, inactive: 1 });
});

test('what is chosen for many is chosen where one person matches, by administrators where it is another name', async () => {
  const all = { importId, selection: { matching: importFilterSchema.parse({}) } };
  const helga = await aPerson({ username: 'helga', role: 'helpdesk' });
  const helpdesk = { id: helga.id, name: 'helga', clientAddress: null };
  await expect(decideRows(helpdesk, { ...all, kind: 'update' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(decideRows(helpdesk, { ...all, kind: 'link' })).rejects.toMatchObject({ code: 'invalid_input' });
  const update = { kind: 'update' as const, userId: anaId };
  await expect(decideRow(helpdesk, { importId, remoteId: 'ana', decision: update })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const inactive = { importId, selection: { matching: importFilterSchema.parse({ active: false }) } };
  expect(await decideRows(helpdesk, { ...inactive, kind: 'ignore' })).toMatchObject({ changed: 1 });
  expect(await row('o.brien')).toMatchObject({ decision: 'ignore', activates: false });
  expect(await decideRows(helpdesk, { ...inactive, kind: 'create' })).toMatchObject({ changed: 1 });
  expect(await decideRows(systemActor, { ...all, kind: 'update' })).toMatchObject({ changed: 2 });
  expect(await row('ana.private')).toMatchObject({ decision: 'update', person: { id: anaId } });
  await decideRow(systemActor, { importId, remoteId: 'ana.private', decision: { kind: 'create' } });
});

test('every name is imported as it is; one that is too long, and an e-mail address that differs in case alone, fail by themselves', async () => {
  await confirmImport(systemActor, { importId, selection: { matching: importFilterSchema.parse({}) } });
  await runRows(importId);
  const failed = (await rows()).filter((one) => one.state === 'failed');
  expect(failed).toMatchObject([
    { remoteId: 'long', error: { code: 'invalid_input', message: 'Last name has at most 100 characters.' } },
    { remoteId: expect.stringMatching(/^twin/), error: { code: 'already_exists' } },
  ]);
  const people = await db.user.findMany({ where: { importedFromId: applicationId }, orderBy: { username: 'asc' } });
  expect(people.map(({ username, firstname, lastname }) => [username, firstname, lastname])).toEqual([
    ['ana.private', 'Ana', 'Martinez'],
    ['o.brien', 'Siobhán', "O'Brien-D’Arcy"],
    ['rtl', 'نور', 'الهاشمي'],
    [expect.stringMatching(/^twin/), 'Twin', expect.any(String)],
    ['zoe', 'Zoë'.normalize('NFD'), 'Müller'.normalize('NFD')],
  ]);
});

test('update writes what was shown and no name, on record; link writes nothing', async () => {
  const ana = await db.user.findUniqueOrThrow({ where: { id: anaId } });
  expect(ana).toMatchObject({ jobTitle: 'Lead', email: 'ana@acme.example', username: 'ana', version: 2 });
  const events = await db.event.findMany({ where: { targetId: anaId }, orderBy: { id: 'asc' } });
  expect(events).toMatchObject([
    { name: 'user_update', applicationId, changes: { jobTitle: { from: 'Engineer', to: 'Lead' } } },
    { name: 'user_import', applicationId },
  ]);
});
