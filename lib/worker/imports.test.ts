import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { unseal } from '@/lib/crypto/seal';
import { db, transaction } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { type Actor, systemActor } from '@/lib/events/actor';
import { addImportedToGroup, getImportScope } from '@/lib/imports/add-to-group';
import { readAllInstead } from '@/lib/imports/changed-since';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { decideRows } from '@/lib/imports/decide-rows';
import { fetchAccounts } from '@/lib/imports/fetch-accounts';
import { getProgress, listImportRows, summarizeMatching } from '@/lib/imports/queries';
import { retryFailedRows } from '@/lib/imports/retry-failed';
import { retryRows } from '@/lib/imports/retry-rows';
import { runImportStretch, runRows } from '@/lib/imports/run-import';
import { listImportRuns } from '@/lib/imports/runs';
import { type ImportFilter, importFilterSchema } from '@/lib/imports/schema';
import { beginScheduled, discardImport, startImport } from '@/lib/imports/start-import';
import { mailContext } from '@/lib/mail/send-later';
import { findConnection } from '@/lib/provisioning/connection';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { countLinkStates } from '@/lib/provisioning/queries/link-counts';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let actor: Actor = systemActor;
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/import${count}`;
  await emptyTables('users', 'groups', 'applications', 'events', 'mails');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  await connect(applicationId, tenant, peer);
  actor = { id: await person('the.admin'), name: 'the.admin', clientAddress: null };
  await db.user.updateMany({ data: { role: 'administrator' } });
});

interface Account {
  id: string;
  data: {
    userName: string;
    active: boolean;
    name?: { familyName?: string; givenName?: string };
    emails?: { value: string }[];
  };
}

const accounts = async () => (await peer.control<{ users: Account[] }>('GET', `/state?tenant=${tenant}`)).users;
const account = async (userName: string) => (await accounts()).find((one) => one.data.userName === userName);
const filter = (over: Partial<ImportFilter> = {}): ImportFilter => importFilterSchema.parse(over);
const writes = async () => {
  const { requests } = await peer.control<{ requests: { method: string }[] }>('GET', `/requests?tenant=${tenant}`);
  return requests.filter((request) => request.method !== 'GET').map((request) => request.method);
};

async function fetched(): Promise<string> {
  const { id: importId } = await startImport(actor, { applicationId });
  await work();
  expect((await getProgress(importId)).state).toBe('review');
  return importId;
}

async function row(importId: string, userName: string) {
  const { items } = await listImportRows(importId, filter(), 1000);
  const found = items.find((one) => one.userName === userName);
  if (!found) throw new Error(`${userName} is not listed`);
  return found;
}

async function importOnly(importId: string, userNames: readonly string[]): Promise<void> {
  const remoteIds = await Promise.all(userNames.map(async (userName) => (await row(importId, userName)).remoteId));
  await confirmImport(actor, { importId, selection: { remoteIds } });
  await runRows(importId);
}

test('two that read one import at once, as when a worker was taken for dead, list every account once and end in the review', async () => {
  await peer.control('POST', '/faults', { tenant, maxPageSize: 1, latencyMs: 5 });
  const { id: importId } = await startImport(actor, { applicationId });
  const first = fetchAccounts(importId);
  await expect
    .poll(async () => (await getProgress(importId)).fetched, { interval: 5, timeout: 20_000 })
    .toBeGreaterThan(1);
  await Promise.all([first, fetchAccounts(importId)]);
  const { reading } = await db.import.findUniqueOrThrow({ where: { id: importId } });
  // One of the two went on, and the other one left off: no page was asked for twice and counted twice.
  expect(reading).toMatchObject({ pages: (await getProgress(importId)).fetched });
  await work();
  expect(await getProgress(importId)).toMatchObject({ state: 'review', fetched: (await accounts()).length });
});

test('a scheduled import reads what has changed alone once the search was tried, keeps what waits and who is left out, and reads everything where the search is refused or time is up', async () => {
  const total = (await accounts()).length;
  const set = (userName: string, title: string) => peer.control('POST', '/users', { tenant, userName, set: { title } });
  const begin = async (open?: string) => {
    await transaction((tx) => beginScheduled(tx, applicationId, open ? { id: open } : undefined));
    const { id } = await db.import.findFirstOrThrow({ where: { finishedAt: null } });
    await fetchAccounts(id);
    return db.import.findUniqueOrThrow({ where: { id } });
  };
  const [first, second, gone] = (await accounts()).map(({ data }) => data.userName);
  await set(first ?? '', 'One');
  const whole = await begin();
  expect(whole).toMatchObject({ changedSince: null, fetched: total });
  expect((await findConnection(applicationId))?.capabilities.changeSearch).toBe('works');
  const out = await row(whole.id, second ?? '');
  await decideRows(actor, { importId: whole.id, selection: { remoteIds: [out.remoteId] }, kind: 'ignore' });

  await peer.control('DELETE', '/users', { tenant, userName: gone });
  await set(second ?? '', 'Two');
  const changed = await begin(whole.id);
  expect(changed.changedSince).not.toBeNull();
  expect(changed.fetched, 'the two that have changed').toBe(2);
  expect((await listImportRows(changed.id, filter(), 1000)).items.length, 'that one is gone is not seen').toBe(total);
  expect(await row(changed.id, second ?? '')).toMatchObject({ decision: 'ignore' });

  await transaction((tx) => beginScheduled(tx, applicationId, { id: changed.id }));
  const refused = await db.import.findFirstOrThrow({ where: { finishedAt: null } });
  const connection = await findConnection(applicationId);
  if (connection) await readAllInstead(connection, refused, 'No such filter.');
  await fetchAccounts(refused.id);
  expect(await getProgress(refused.id), 'the search was refused').toMatchObject({
    state: 'review',
    fetched: total - 1,
  });
  expect(await db.importRow.count({ where: { importId: refused.id } })).toBe(total - 1);

  await db.$executeRaw`UPDATE integrations SET capabilities = capabilities - 'changeSearch'`;
  await peer.control('POST', '/faults', { tenant, search: 'finds nothing' });
  expect(await begin(refused.id)).toMatchObject({ changedSince: null });
  expect((await findConnection(applicationId))?.capabilities.changeSearch).toBe('fails');
  await peer.control('POST', '/faults', { tenant, search: 'none' });
  await db.$executeRaw`UPDATE integrations SET capabilities = capabilities || '{"changeSearch": "works"}'`;

  const latest = await db.import.findFirstOrThrow({ where: { finishedAt: null } });
  await discardImport(actor, { importId: latest.id });
  expect(await begin(), 'what was given up waits again').toMatchObject({ changedSince: null, fetched: total - 1 });
  await db.import.updateMany({ data: { startedAt: new Date(Date.now() - 25 * 3_600_000) } });
  const open = await db.import.findFirstOrThrow({ where: { finishedAt: null } });
  expect(await begin(open.id), 'once a day').toMatchObject({ changedSince: null, fetched: total - 1 });
});

describe('what the review says of each account', () => {
  test('new, matched by username or e-mail, matched by name only, and linked already', async () => {
    const users = await accounts();
    const other = users.find((one) => one.data.userName !== 'ana.martinez');
    const { givenName: firstname = '', familyName: lastname = '' } = other?.data.name ?? {};
    await person('ana.martinez', { firstname: 'Ana', lastname: 'Martinez' });
    const namesake = await person('name.sake', { firstname, lastname });
    const importId = await fetched();
    expect(await row(importId, 'ana.martinez')).toMatchObject({ match: 'exact', decision: 'link' });
    expect((await row(importId, 'ana.martinez')).matchedBy).toContain('username');
    const byName = await listImportRows(importId, filter({ match: ['partial'] }));
    expect(byName.items).toMatchObject([
      { userName: other?.data.userName, decision: null, matchedBy: ['first and last name'], person: { id: namesake } },
    ]);
    const { items } = await listImportRows(importId, filter({ status: 'new' }), 1000);
    expect(items.length).toBe(users.length);

    await importOnly(importId, ['ana.martinez']);
    const again = await fetched();
    expect(await row(again, 'ana.martinez')).toMatchObject({ match: 'imported', person: { username: 'ana.martinez' } });
    const onlyNew = await listImportRows(again, filter({ status: 'new' }), 1000);
    expect(onlyNew.items.map((one) => one.userName)).not.toContain('ana.martinez');
  });

  test('an account that has the name which was typed for a person is theirs', async () => {
    const typedFor = async (username: string, applicationUsername: string) => {
      const userId = await person(username);
      const applicationUsernameFolded = applicationUsername.toLowerCase();
      await db.applicationUser.create({
        data: { applicationId, userId, applicationUsername, applicationUsernameFolded },
      });
      return userId;
    };
    const theirs = { match: 'exact', matchedBy: ['application username'], decision: 'link', choice: null };
    const kim = await typedFor('kim', 'D.Kim');
    // Who is called so elsewhere, and otherwise here, does not make it doubtful.
    const elsewhere = await typedFor('priya.nair', 'pnair');
    await db.user.update({ where: { id: elsewhere }, data: { email: 'elsewhere@acme.example' } });
    const priya = await typedFor('priya', 'priya.nair');
    const importId = await fetched();
    expect(await row(importId, 'd.kim')).toMatchObject({ ...theirs, person: { id: kim } });
    expect(await row(importId, 'priya.nair')).toMatchObject({ ...theirs, person: { id: priya } });
  });

  test('a person is matched by username and e-mail in any form of writing, although the database has the C locale', async () => {
    const [one, two] = (await accounts()).map((account) => account.data.userName);
    await peer.control('POST', '/users', { tenant, userName: one, set: { userName: 'STRASSE' } });
    await peer.control('POST', '/users', {
      tenant,
      userName: two,
      set: { emails: [{ value: 'ＥＭＭＡ@Acme.example', primary: true }] },
    });
    const byUsername = await person('straße');
    const names = { firstname: 'E', lastname: 'L', displayName: 'E L' };
    const byEmail = await db.user.create({ data: { username: 'emma', email: 'emma@acme.example', ...names } });
    const importId = await fetched();
    expect(await row(importId, 'STRASSE')).toMatchObject({
      match: 'exact',
      matchedBy: ['username'],
      person: { id: byUsername },
    });
    expect(await row(importId, two ?? '')).toMatchObject({
      match: 'exact',
      matchedBy: ['e-mail'],
      person: { id: byEmail.id },
    });
  });

  test('an account that fits two people is never imported by itself', async () => {
    const ana = await account('ana.martinez');
    const email = `ana.martinez@acme.example`;
    expect(ana).toBeDefined();
    await person('ana.martinez', { firstname: 'Somebody', lastname: 'Else' });
    await db.user.updateMany({ where: { username: 'ana.martinez' }, data: { email: 'somebody@acme.example' } });
    await db.user.create({
      data: { username: 'amartinez', email, firstname: 'Ana', lastname: 'Martinez', displayName: 'Ana Martinez' },
    });
    const importId = await fetched();
    const listed = await row(importId, 'ana.martinez');
    expect(listed).toMatchObject({ match: 'ambiguous', decision: null, person: null });
    expect(listed.choice).toEqual({ code: 'several_people', message: '2 people match this account.' });
    expect(listed.candidates.map((one) => one.username).sort()).toEqual(['amartinez', 'ana.martinez']);

    const everything = { matching: filter() };
    expect((await summarizeMatching(importId, filter(), null)).undecided).toBeGreaterThan(0);
    await confirmImport(actor, { importId, selection: everything });
    await runRows(importId);
    expect(await row(importId, 'ana.martinez')).toMatchObject({ state: 'listed' });
    expect(await db.userLink.count({ where: { user: { username: { in: ['amartinez', 'ana.martinez'] } } } })).toBe(0);
  });

  test("an account that has somebody's e-mail address and another name is no link before an administrator says so", async () => {
    const email = (await account('ana.martinez'))?.data.emails?.[0]?.value ?? '';
    const names = { firstname: 'Helga', lastname: 'Desk', displayName: 'Helga Desk' };
    const helga = await db.user.create({ data: { username: 'helga', email, role: 'helpdesk', ...names } });
    const importId = await fetched();
    expect(await row(importId, 'ana.martinez')).toMatchObject({
      ...{ match: 'exact', matchedBy: ['e-mail'], decision: null, person: { id: helga.id } },
      choice: {
        code: 'other_username',
        message: expect.stringContaining('is called “ana.martinez”, but Helga Desk signs in as “helga”'),
      },
    });
    const undecided = await listImportRows(importId, filter({ decision: ['undecided'] }), 1000);
    expect(undecided.items.map((one) => one.userName)).toEqual(['ana.martinez']);
    expect(await summarizeMatching(importId, filter(), null)).toMatchObject({ undecided: 1, otherNames: 1, link: 0 });
    expect(await summarizeMatching(importId, filter(), helga.id)).toMatchObject({ undecided: 1, otherNames: 0 });

    const { remoteId } = await row(importId, 'ana.martinez');
    const selection = { remoteIds: [remoteId] };
    await expect(confirmImport(actor, { importId, selection })).rejects.toMatchObject({ code: 'invalid_input' });
    await confirmImport(actor, { importId, selection, linkOtherNames: true });
    await runRows(importId);
    expect(await row(importId, 'ana.martinez')).toMatchObject({
      state: 'done',
      person: { id: helga.id },
      choice: null,
    });
    expect(await db.applicationUser.findMany()).toMatchObject([
      { userId: helga.id, applicationUsername: 'ana.martinez' },
    ]);
  });

  test('an account that has the name which the format makes is a link, although the directory says another', async () => {
    const email = 'ana.martinez@acme.example';
    const names = { firstname: 'A', lastname: 'M', displayName: 'A M' };
    await db.user.create({ data: { username: 'amartinez', email, ...names } });
    await db.application.update({ where: { id: applicationId }, data: { usernameFormat: 'email_prefix' } });
    expect(await row(await fetched(), 'ana.martinez')).toMatchObject({
      match: 'exact',
      decision: 'link',
      choice: null,
    });
  });

  test('of two accounts that fit one person only the chosen one is linked', async () => {
    const twin = (await accounts()).find((one) => one.data.userName !== 'ana.martinez')?.data.userName ?? '';
    const email = (await account('ana.martinez'))?.data.emails?.[0]?.value;
    await peer.control('POST', '/users', {
      tenant,
      userName: twin,
      set: { emails: [{ value: email, primary: true }] },
    });
    const ana = await db.user.create({
      data: { username: 'amartinez', email: email ?? '', firstname: 'A', lastname: 'M', displayName: 'A M' },
    });
    const importId = await fetched();
    for (const userName of [twin, 'ana.martinez']) {
      const { remoteId, match, decision } = await row(importId, userName);
      expect({ match, decision }).toEqual({ match: 'ambiguous', decision: null });
      expect((await row(importId, userName)).choice?.code).toBe('several_accounts');
      await decideRow(actor, { importId, remoteId, decision: { kind: 'link', userId: ana.id } });
    }
    await importOnly(importId, [twin, 'ana.martinez']);
    const outcomes = [await row(importId, twin), await row(importId, 'ana.martinez')];
    expect(outcomes.map((one) => one.state).sort()).toEqual(['done', 'failed']);
    expect(outcomes.find((one) => one.state === 'failed')?.error?.message).toMatch(/linked to another account/);
  });

  test('search, sort and pages by key lose and repeat nobody', async () => {
    await peer.control('POST', '/accounts', { tenant, count: 230 });
    const importId = await fetched();
    const all = (await accounts()).map((one) => one.data.userName).sort();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listImportRows(importId, { ...filter(), sort: '-username', cursor }, 50);
      expect(page.total).toBe(all.length);
      seen.push(...page.items.map((one) => one.userName));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([...all].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? 1 : -1)));
    const found = await listImportRows(importId, filter({ q: 'MARTINEZ ana' }));
    expect(found.items.map((one) => one.userName)).toEqual(['ana.martinez']);
  });
});

describe('what an import leaves behind', () => {
  test('people are active with their password pending, with a link and one event of each kind', async () => {
    const importId = await fetched();
    await importOnly(importId, ['ana.martinez']);
    const user = await db.user.findFirstOrThrow({ where: { username: 'ana.martinez' } });
    expect(user).toMatchObject({ status: 'active', passwordHash: null, importedFromId: applicationId, role: 'user' });
    const link = await db.userLink.findFirstOrThrow({ where: { userId: user.id } });
    expect(link).toMatchObject({ remoteId: (await account('ana.martinez'))?.id, takenOver: true });
    const names = (await db.event.findMany({ where: { targetId: user.id } })).map((event) => event.name).sort();
    expect(names).toEqual(['user_create', 'user_import']);
    expect(await getProgress(importId)).toMatchObject({ state: 'finished', counts: { done: 1, failed: 0 } });
  });

  test('while a person is in no associated group, cycles, suspension and deletion leave the account untouched', async () => {
    const importId = await fetched();
    await importOnly(importId, ['ana.martinez']);
    await peer.control('DELETE', `/requests?tenant=${tenant}`);
    await runCycleNow(actor, { applicationId });
    await work();
    const { suspendUser } = await import('@/lib/directory/suspend-user');
    const user = await db.user.findFirstOrThrow({ where: { username: 'ana.martinez' } });
    await suspendUser(actor, { id: user.id });
    await work();
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await writes()).toEqual([]);
    expect(await account('ana.martinez')).toMatchObject({ data: { active: true } });
    expect(await db.userLink.findFirst({ where: { userId: user.id } })).toMatchObject({
      state: 'not_managed',
      lastError: null,
    });
  });

  test('in an associated group the account is taken over under its own name, and leaving deactivates it', async () => {
    const known = await db.user.create({
      data: {
        username: 'a.martinez',
        email: 'a.m@acme.example',
        firstname: 'Ana',
        lastname: 'Changed',
        displayName: 'Ana Changed',
      },
    });
    const importId = await fetched();
    const { remoteId } = await row(importId, 'ana.martinez');
    await decideRow(actor, { importId, remoteId, decision: { kind: 'link', userId: known.id } });
    await importOnly(importId, ['ana.martinez']);
    const groupId = await group('Sales', []);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    expect(await getImportScope(importId)).toEqual({
      outOfScope: 1,
      outOfScopeIsExact: true,
      groups: [{ id: groupId, name: 'Sales' }],
      activates: { count: 0, countIsExact: true, names: [] },
    });
    const before = (await accounts()).length;
    await addImportedToGroup(actor, { importId, groupId });
    await work();
    expect((await accounts()).length).toBe(before);
    expect(await account('ana.martinez')).toMatchObject({ id: remoteId, data: { name: { familyName: 'Changed' } } });
    expect(await db.userLink.findFirst({ where: { userId: known.id } })).toMatchObject({
      state: 'provisioned',
      remoteId,
    });
    expect((await getImportScope(importId)).outOfScope).toBe(0);
    await updateGroupMembers(actor, { groupId, add: [], remove: [known.id] });
    await work();
    expect(await account('ana.martinez')).toMatchObject({ data: { active: false } });
  });
});

describe('an account of somebody outside the scope', () => {
  const standing = async (userId: string) => {
    const [row] = (await listAssignments(applicationId, {})).items.filter((one) => one.userId === userId);
    return { state: row?.state, words: (await getAssignment(applicationId, userId)).next?.words };
  };

  test('is imported, and not managed once a cycle has looked at it; it waits for nothing', async () => {
    const known = await person('ana.martinez', { firstname: 'Ana', lastname: 'Martinez' });
    await importOnly(await fetched(), ['ana.martinez']);
    const words = 'Imported and not managed; nothing to do.';
    expect(await standing(known)).toEqual({ state: 'imported', words });
    expect(await countLinkStates(applicationId)).toMatchObject({ imported: 1, pending: 0 });
    await runCycleNow(actor, { applicationId });
    await work();
    expect(await standing(known)).toEqual({ state: 'not_managed', words });
    expect(await countLinkStates(applicationId)).toMatchObject({ not_managed: 1, pending: 0 });
  });

  test('is activated by adding its person to a group only when that is confirmed', async () => {
    const known = await person('ana.martinez', { firstname: 'Ana', lastname: 'Martinez' });
    await peer.control('POST', '/users', { tenant, userName: 'ana.martinez', set: { active: false } });
    const importId = await fetched();
    await importOnly(importId, ['ana.martinez']);
    const groupId = await group('Sales', []);
    await associateGroup(actor, { applicationId, groupId });
    await work();
    const activates = { count: 1, names: ['Ana Martinez'] };
    expect(await getImportScope(importId)).toMatchObject({ outOfScope: 1, activates });
    const refusal = addImportedToGroup(actor, { importId, groupId });
    await expect(refusal).rejects.toMatchObject({ code: 'conflict', field: 'activateInactive' });
    await expect(refusal).rejects.toThrow(/1 account is inactive in Egnyte \d+ and would be activated: Ana Martinez\./);
    expect(await db.groupMember.count({ where: { userId: known } })).toBe(0);
    await addImportedToGroup(actor, { importId, groupId, activateInactive: true });
    await work();
    expect(await account('ana.martinez')).toMatchObject({ data: { active: true } });
    expect(await getImportScope(importId)).toMatchObject({
      outOfScope: 0,
      activates: { count: 0, countIsExact: true, names: [] },
    });
  });

  test('is activated by linking it to somebody in scope only when that is confirmed', async () => {
    const known = await person('someone.else');
    await associateGroup(actor, { applicationId, groupId: await group('Sales', [known]) });
    await peer.control('POST', '/users', { tenant, userName: 'ana.martinez', set: { active: false } });
    const importId = await fetched();
    const { remoteId } = await row(importId, 'ana.martinez');
    await db.userLink.deleteMany({ where: { userId: known } });
    await decideRow(actor, { importId, remoteId, decision: { kind: 'link', userId: known } });
    const selection = { remoteIds: [remoteId] };
    const activates = { count: 1, names: ['someone.else Test'] };
    expect(await summarizeMatching(importId, filter({ q: 'ana.martinez' }), null)).toMatchObject({ activates });
    const refused = { code: 'conflict', field: 'activateInactive' };
    await expect(confirmImport(actor, { importId, selection })).rejects.toMatchObject(refused);
    expect(await confirmImport(actor, { importId, selection, activateInactive: true })).toMatchObject({ changed: 1 });
  });
});

describe('running', () => {
  test('a row that fails says why, stops nobody, and is retried alone or with all that failed, each a run with who asked for it', async () => {
    const blocker = await db.user.create({
      data: { username: 'blocker', email: 'taken@acme.example', firstname: 'B', lastname: 'L', displayName: 'B L' },
    });
    const importId = await fetched();
    const others = (await listImportRows(importId, filter(), 1000)).items.map((one) => one.userName);
    const [bad = '', good = '', worse = ''] = others;
    // The addresses are taken between the review and the import.
    const address = (await row(importId, bad)).email ?? '';
    await db.user.update({ where: { id: blocker.id }, data: { email: address } });
    const another = await person('another');
    await db.user.update({ where: { id: another }, data: { email: (await row(importId, worse)).email ?? '' } });
    await importOnly(importId, [bad, good, worse]);
    expect(await row(importId, good)).toMatchObject({ state: 'done' });
    const failed = await row(importId, bad);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'already_exists' } });
    expect(failed.error?.message).toContain(address);
    expect(await db.event.count({ where: { name: 'user_import', outcome: 'error' } })).toBe(2);

    expect(await retryRows(actor, { importId, remoteIds: [failed.remoteId] })).toMatchObject({ changed: 0, failed: 1 });
    const helper = { ...actor, name: 'The Helpdesk' };
    await retryFailedRows(helper, { importId });
    await runRows(importId);
    expect(await db.import.findUnique({ where: { id: importId } })).toMatchObject({ confirmedByName: actor.name });
    expect(await db.event.count({ where: { name: 'user_import', outcome: 'error', actorName: helper.name } })).toBe(2);
    const runs = (await listImportRuns(importId)).map((run) => [
      run.kind,
      run.startedByName,
      run.rows,
      run.done,
      run.failed,
    ]);
    expect(runs).toEqual([
      ['retry', helper.name, 2, 0, 2],
      ['by_hand', actor.name, 1, 0, 1],
      ['confirmed', actor.name, 3, 1, 2],
    ]);
    await db.user.update({ where: { id: blocker.id }, data: { email: 'free@acme.example' } });
    expect(await retryRows(actor, { importId, remoteIds: [failed.remoteId] })).toMatchObject({ changed: 1, failed: 0 });
    expect(await row(importId, bad)).toMatchObject({ state: 'done', error: null });
    await db.user.update({ where: { id: another }, data: { email: 'free2@acme.example' } });
    await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await retryFailedRows(helper, { importId });
    await runRows(importId);
    const done = await row(importId, worse);
    expect(done).toMatchObject({ state: 'done', error: null });
    // Whom the import had imported before is not looked at again.
    expect(
      await db.$queryRaw`SELECT j.payload->'userIds' AS "userIds" FROM graphile_worker._private_jobs j
        JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'application-changed'`,
    ).toEqual([{ userIds: [done.person?.id] }]);
  });

  test('150 accounts run in the background with progress, and end with one mail', async () => {
    await peer.control('POST', '/accounts', { tenant, count: 150 });
    const importId = await fetched();
    const { changed: queued, background } = await confirmImport(actor, { importId, selection: { matching: filter() } });
    expect(background).toBe(true);
    expect(queued).toBeGreaterThanOrEqual(150);
    expect(await getProgress(importId)).toMatchObject({ state: 'running', selected: queued, counts: { queued } });
    expect(await runRows(importId, { stretchMs: 0 })).toBe(false);
    const part = await getProgress(importId);
    expect(part.state).toBe('running');
    expect(part.counts.done).toBeGreaterThan(0);
    expect(part.counts.queued).toBe(queued - part.counts.done);
    await work();
    await runImportStretch(importId);
    expect(await getProgress(importId)).toMatchObject({
      state: 'finished',
      counts: { done: queued, failed: 0, queued: 0 },
    });
    const mails = await db.mail.findMany();
    expect(mails.map((mail) => [mail.to, mail.subject])).toEqual([
      ['the.admin@acme.example', `Import from Egnyte ${count} is complete: ${queued} of ${queued} imported`],
    ]);
    const [mail] = mails;
    expect(mail && unseal(mail.textSealed, mailContext(mail.id))).toContain(
      `/applications/${applicationId}/import/${importId}`,
    );
    expect(await db.event.count({ where: { name: 'import_finish' } })).toBe(1);
  });

  test('two runners at once import everybody once', async () => {
    await peer.control('POST', '/accounts', { tenant, count: 60 });
    const importId = await fetched();
    const { changed: queued } = await confirmImport(actor, { importId, selection: { matching: filter() } });
    await Promise.all([runRows(importId), runRows(importId)]);
    await runRows(importId);
    expect(await getProgress(importId)).toMatchObject({ state: 'finished', counts: { done: queued, failed: 0 } });
    expect(await db.event.count({ where: { name: 'user_create' } })).toBe(queued);
  });

  test('one import at a time; a revoked token ends the reading with its reason', async () => {
    await fetched();
    await expect(startImport(actor, { applicationId })).rejects.toMatchObject({ code: 'already_active' });
    await peer.control('POST', '/faults', { tenant, unauthorized: true });
    const { id: importId } = await startImport(actor, { applicationId, replace: true });
    await work();
    const { state, error } = await getProgress(importId);
    expect(state).toBe('failed');
    expect(error?.message).toMatch(/Unauthorized/);
  });
});
