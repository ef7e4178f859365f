import { expect, test } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import type { LinkState } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { accountReason, type ReasonInput } from './account-reason';
import { getAssignment } from './link-detail';
import { findNotAssigned } from './not-assigned';

const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };

async function person(name: string, more: { status?: 'suspended'; deletedAt?: Date } = {}): Promise<string> {
  const email = `${name.toLowerCase()}@acme.example`;
  const names = { username: name.toLowerCase(), email, firstname: name, lastname: 'Test', displayName: `${name} Test` };
  return (await db.user.create({ data: { ...names, ...more } })).id;
}

const fullInput: ReasonInput = {
  appName: 'Egnyte',
  person: { displayName: 'Ana', status: 'active' },
  grants: { direct: true, groups: [] },
  filteredOutBy: null,
  provisions: true,
  integration: 'active',
  shared: false,
  link: null,
  next: null,
};
const error = { code: 'X', message: 'The mail address is missing.', hint: 'Add one.' };
const link = (state: LinkState) => ({ state, remoteId: 'r1', lastError: error });

test('whoever asks why somebody has no account is told the first reason, and what to do about it', () => {
  const codeOf = (change: Partial<ReasonInput>) => accountReason({ ...fullInput, ...change }).code;
  expect(codeOf({ person: { displayName: 'Ana', status: 'deleted' }, integration: null })).toBe('deleted');
  expect(codeOf({ person: { displayName: 'Ana', status: 'suspended' }, link: link('deactivated') })).toBe('suspended');
  expect(codeOf({ link: link('released') })).toBe('released');
  expect(codeOf({ grants: { direct: false, groups: [] } })).toBe('not_in_scope');
  expect(codeOf({ provisions: false, integration: null })).toBe('sso_only');
  expect(codeOf({ integration: null })).toBe('not_configured');
  expect(codeOf({ integration: 'inactive' })).toBe('inactive');
  expect(codeOf({ filteredOutBy: 'department EQUALS "Sales"', shared: true })).toBe('filtered_out');
  expect(codeOf({ shared: true })).toBe('conflict');
  expect(codeOf({ link: link('conflict') })).toBe('conflict');
  expect(codeOf({ link: link('error') })).toBe('failed');
  expect(codeOf({ link: link('provisioned'), integration: 'paused' })).toBe('account');
  expect(codeOf({ integration: 'quarantined' })).toBe('quarantined');
  expect(codeOf({ integration: 'paused' })).toBe('paused');
  expect(codeOf({})).toBe('waiting');
  const rule = { action: 'skip' as const, words: 'userName: is required.', hint: 'Fill in the username.', changes: {} };
  expect(accountReason({ ...fullInput, link: link('skipped'), next: rule })).toEqual({
    code: 'rule',
    title: 'userName: is required.',
    fix: 'Fill in the username.',
  });
});

test('somebody who leaves an application is told what becomes of the account', () => {
  const next = { action: 'deactivate' as const, words: 'Deactivates the account: the person left.', changes: {} };
  const out = { ...fullInput, grants: { direct: false, groups: [] }, link: link('provisioned') };
  expect(accountReason({ ...out, next }).fix).toMatch(
    /^Deactivates the account: the person left\. Add Ana to a user group/,
  );
  expect(accountReason(out).fix).toMatch(/^The account over there is left as it is\. Add Ana/);
});

test('every person of the directory has an answer in every application, in scope or not, and is found by a search', async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  const app = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: 'Egnyte', ...general });
  const people = {
    member: await person('Mia'),
    outside: await person('Otto'),
    suspended: await person('Sara', { status: 'suspended' }),
    deleted: await person('Dora', { deletedAt: new Date() }),
    formerly: await person('Fritz'),
  };
  const below = await db.group.create({
    data: { name: 'Below', members: { create: [{ userId: people.member }, { userId: people.suspended }] } },
  });
  await db.group.create({
    data: {
      name: 'Above',
      children: { create: [{ childId: below.id }] },
      applications: { create: [{ applicationId: app.id }] },
    },
  });
  await db.userLink.create({
    data: { applicationId: app.id, userId: people.formerly, state: 'deactivated', remoteId: 'r9' },
  });
  const codes = await Promise.all(
    Object.values(people).map(async (userId) => (await getAssignment(app.id, userId)).standing.code),
  );
  expect(codes).toEqual(['not_configured', 'not_in_scope', 'suspended', 'deleted', 'not_in_scope']);
  // Fritz has a row of his own, for his account; so have the members. The others are found besides.
  expect((await findNotAssigned(app.id, 'test')).map(({ displayName }) => displayName)).toEqual([
    'Dora Test',
    'Otto Test',
  ]);
  expect(await findNotAssigned(app.id, ' ')).toEqual([]);
  expect(await findNotAssigned(app.id, 'mia')).toEqual([]);
  await expect(getAssignment(app.id, app.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(getAssignment(people.member, people.member)).rejects.toMatchObject({ code: 'not_found' });
});
