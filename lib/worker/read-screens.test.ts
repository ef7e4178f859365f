import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import { saveUsernameFormat } from '@/lib/applications/update-application';
import { updateMappings } from '@/lib/applications/update-mappings';
import { links } from '@/lib/core/links';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { listAttention } from '@/lib/home/attention';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { stopCycle } from '@/lib/provisioning/cycles/stop-cycle';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { countCycle } from '@/lib/provisioning/queries/cycle-counts';
import { listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycleProgress, listCycles } from '@/lib/provisioning/queries/cycles';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { countAssignments } from '@/lib/provisioning/queries/link-counts';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { replaceCredentials } from '@/lib/provisioning/replace-credentials';
import { createWebhook } from '@/lib/webhooks/create-webhook';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/screens${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
});

/** Ana and Ben can be provisioned; Eve's username is an e-mail address, which Egnyte does not take. */
async function company() {
  const [ana, ben, eve] = [await person('ana'), await person('ben'), await person('eve@acme.example')];
  const staff = await group('Staff', [ana, ben, eve]);
  await associateGroup(actor, { applicationId, groupId: staff });
  await work();
  await connect(applicationId, tenant, peer);
  await work();
  return { ana, ben, eve, staff };
}

const events = (cycleId: string) => db.event.count({ where: { cycleId } });

async function lastCycle() {
  const { items } = await listCycles({ applicationId }, 1);
  const [cycle] = items;
  if (!cycle) throw new Error('No cycle ran.');
  return cycle;
}

async function newTitle(userId: string, lastname: string): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id: userId } });
  const { id, version, username, email, firstname, displayName, role } = user;
  const nothing = { employeeIdentifier: null, jobTitle: null, department: null, company: null, costCenter: null };
  const values = { ...nothing, location: null, phone: null, managerId: null, customAttributes: {} };
  await updateUser(
    actor,
    { ...values, id, version, username, email, firstname, lastname, displayName, role },
    unguarded,
  );
}

describe('a cycle on its page', () => {
  test('counts people and groups by their end, and every count is the number of rows behind it', async () => {
    await company();
    const cycle = await lastCycle();
    expect(cycle).toMatchObject({ stage: 'finished', trigger: 'activation', totalUsers: 3 });
    expect(cycle.counts).toEqual({ create: 3, update: 0, deactivate: 0, skip: 1, held: 0, error: 0 });
    const created = await listCycleRows({ cycleId: cycle.id, outcome: 'create' });
    // By last name, as everywhere: "Staff" stands before "Test".
    expect(created.items.map(({ kind, name }) => [kind, name])).toEqual([
      ['group', 'Staff'],
      ['user', 'ana Test'],
      ['user', 'ben Test'],
    ]);
    const skipped = await listCycleRows({ cycleId: cycle.id, outcome: 'skip' });
    expect(skipped).toMatchObject({ total: 1, items: [{ detail: 'eve@acme.example', action: null }] });
    expect(skipped.items[0]?.error?.message).toContain('does not support e-mail addresses');
  });

  test('a change after the end of a cycle is not counted as its doing', async () => {
    const { ana } = await company();
    const before = await lastCycle();
    await newTitle(ana, 'Married');
    await work();
    expect(await db.operation.count({ where: { action: 'update', state: 'succeeded' } })).toBe(1);
    expect((await lastCycle()).counts).toEqual(before.counts);
  });

  test('a finished cycle is history: later changes carry no cycle of it, and its counts are those of its end', async () => {
    const { ana, ben, eve, staff } = await company();
    const { id: cycleId } = await lastCycle();
    const kept = () => countCycle(cycleId);
    const before = await kept();
    expect(before).toMatchObject({ create: 3, skip: 1, error: 0, changes: 3, failures: 0 });
    const done = { operations: await db.operation.count({ where: { cycleId } }), events: await events(cycleId) };
    await newTitle(ana, 'Married');
    // Left out for another reason than before, and a group with one member less.
    await db.user.update({ where: { id: eve }, data: { username: 'eva@acme.example' } });
    await db.groupMember.deleteMany({ where: { groupId: staff, userId: ben } });
    await directoryChanged({ userIds: [ben, eve], groupIds: [staff] });
    await work();
    expect(await db.operation.count()).toBeGreaterThan(done.operations + 1);
    expect(await db.operation.count({ where: { cycleId } })).toBe(done.operations);
    expect(await events(cycleId)).toBe(done.events);
    expect(await kept()).toEqual(before);
  });

  test('rows are read page by page without a gap or a repetition', async () => {
    await company();
    const { id: cycleId } = await lastCycle();
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listCycleRows({ cycleId, cursor }, 1);
      names.push(...page.items.map((row) => row.linkId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(4);
  });

  test('progress ends with everybody done, and a stage that is final', async () => {
    await company();
    const progress = await getCycleProgress((await lastCycle()).id);
    expect(progress).toMatchObject({ final: true, doneUsers: 3, totalUsers: 3 });
  });

  test('stopping ends it at once, says who did it, and leaves what it had not come to for the next one', async () => {
    await company();
    const { cycleId } = await runCycleNow(actor, { applicationId });
    await stopCycle({ ...actor, name: 'kim' }, { applicationId });
    await work();
    expect(await getCycleProgress(cycleId)).toMatchObject({ stage: 'stopped', final: true });
    expect(await db.event.findFirst({ where: { cycleId, actorName: 'kim' } })).toMatchObject({ outcome: 'success' });
    await expect(stopCycle(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('groups that change because of a cycle’s people are counted in that cycle', async () => {
  const { staff } = await company();
  const cem = await person('cem');
  await db.groupMember.create({ data: { groupId: staff, userId: cem } });
  await runCycleNow(actor, { applicationId });
  await work();
  // Straight into the database, so that only the cycle can find it: the account, and the group with one member more.
  expect((await lastCycle()).counts).toMatchObject({ create: 1, update: 1 });
});

describe('assignments', () => {
  test('everyone in scope is listed with the group that lets them in, the application username and the account', async () => {
    const { ana } = await company();
    const { items, total } = await listAssignments(applicationId, {});
    expect(total).toBe(3);
    expect(items.find((row) => row.userId === ana)).toMatchObject({
      groups: ['Staff'],
      direct: false,
      applicationUsername: 'ana',
      state: 'provisioned',
      lastError: null,
    });
    expect(await countAssignments(applicationId)).toMatchObject({ provisioned: 2, skipped: 1, none: 0, error: 0 });
    const skipped = await listAssignments(applicationId, { state: ['skipped'] });
    expect(skipped.items.map((row) => row.username)).toEqual(['eve@acme.example']);
    expect((await listAssignments(applicationId, { q: 'ben test' })).items).toHaveLength(1);
  });

  test('who lost access stays in the list as deactivated, without a grant', async () => {
    const { ana, staff } = await company();
    await disassociateGroup(actor, { applicationId, groupId: staff });
    await work();
    const { items } = await listAssignments(applicationId, { state: ['deactivated'] });
    expect(items.map((row) => [row.userId === ana, row.groups])).toContainEqual([true, []]);
  });

  test('the page of one person tells every attempt with request and response, and no token', async () => {
    const { ana } = await company();
    const detail = await getAssignment(applicationId, ana);
    expect(detail.grants.groups).toMatchObject([{ name: 'Staff' }]);
    expect(detail.next).toMatchObject({ action: 'none' });
    expect(detail.operations).toMatchObject([
      { action: 'create', state: 'succeeded', exchange: { method: 'POST', status: 201 } },
    ]);
    expect(detail.operations[0]?.changes).toMatchObject({ userName: { from: null, to: 'ana' } });
    expect(JSON.stringify(detail)).not.toMatch(/bearer|authorization/i);
  });
});

describe('what comes next', () => {
  test('is told from the saved mappings before anything is sent, and then happens', async () => {
    const { ana } = await company();
    const mappings = await findMappings(applicationId);
    const rows = mappings?.tables[0]?.mappings ?? [];
    const constant = rows.map((row) =>
      row.target === 'name.formatted' ? { ...row, kind: 'constant' as const, source: 'Staff member' } : row,
    );
    const version = mappings?.version ?? 0;
    await updateMappings(actor, { applicationId, version, objectType: 'user', mappings: constant });
    const {
      items: [account],
    } = await listPersonAccounts(ana);
    expect(account).toMatchObject({
      state: 'provisioned',
      grants: [{ path: ['Staff'] }],
      next: { action: 'update', changes: { 'name.formatted': { from: 'ana Test', to: 'Staff member' } } },
    });
    await work();
    expect((await listPersonAccounts(ana)).items[0]?.next).toMatchObject({ action: 'none' });
    const detail = await getAssignment(applicationId, ana);
    expect(detail.operations[0]).toMatchObject({ action: 'update', changes: account?.next?.changes });
  });

  test('a preview of unsaved mappings shows the exact body, the account as it is, and the rule that is broken', async () => {
    const { ana, eve } = await company();
    const rows = (await findMappings(applicationId))?.tables[0]?.mappings ?? [];
    const input = { applicationId, objectType: 'user' as const, mappings: rows };
    const preview = await previewMapping({ ...input, subjectId: ana });
    expect(preview).toMatchObject({ inScope: true, problems: [], violations: [] });
    expect(preview.body).toMatchObject({ userName: 'ana', userType: 'power', active: true });
    expect(preview.current).toMatchObject({ userName: 'ana' });
    const broken = await previewMapping({ ...input, subjectId: eve });
    expect(broken.violations.map((violation) => violation.target)).toContain('userName');
    expect(broken.current).toBeNull();
  });

  test('generated values are shown as generated, never as a value that would differ when it is sent', async () => {
    const { ana } = await company();
    const rows = (await findMappings(applicationId))?.tables[0]?.mappings ?? [];
    const mappings = rows.map((row) =>
      row.target === 'name.formatted'
        ? { ...row, kind: 'expression' as const, source: 'Guid()', apply: 'creation' as const }
        : row,
    );
    const preview = await previewMapping({ applicationId, objectType: 'user', subjectId: ana, mappings });
    expect(preview.values['name.formatted']).toBe('(generated)');
  });
});

/** What needs attention, but for who is skipped. */
const attention = async () => (await listAttention()).filter((item) => !item.id.startsWith('skipped:'));

describe('what needs attention', () => {
  test('people who are skipped for a rule are counted with the rule, and lead to a list of exactly them', async () => {
    await company();
    const counts = await countAssignments(applicationId);
    expect(await listAttention()).toMatchObject([
      {
        id: `skipped:${applicationId}`,
        severity: 'warning',
        title: '1 person is skipped',
        cause: 'Egnyte does not support e-mail addresses as usernames.',
        action: { href: links.application(applicationId).assignments({ state: ['skipped'] }) },
      },
    ]);
    expect(counts.skipped).toBe(1);
    const version = (await db.application.findUniqueOrThrow({ where: { id: applicationId } })).version;
    const saved = await saveUsernameFormat(actor, { applicationId, version, usernameFormat: 'email' });
    expect(saved.warning).toEqual({
      message: '3 of 3 people will be skipped. Egnyte does not support e-mail addresses as usernames.',
      hint: expect.stringContaining('username format'),
    });
    const again = { applicationId, version: saved.version, usernameFormat: 'email_prefix' };
    expect((await saveUsernameFormat(actor, again)).warning).toBeNull();
    await work();
    expect(await listAttention()).toEqual([]);
  });

  test('a revoked token shows as one line with its cause, and the connection as quarantined', async () => {
    const { ana } = await company();
    expect(await attention()).toEqual([]);
    await peer.control('DELETE', '/tokens', { tenant });
    await newTitle(ana, 'Married');
    await work();
    const integration = await findIntegration(applicationId);
    expect(integration).toMatchObject({ status: 'quarantined', nextCycleAt: null });
    expect(JSON.stringify(integration)).not.toContain('token_sealed');
    expect(integration).not.toHaveProperty('tokenSealed');
    const quarantined = (await listAttention()).find((item) => item.id.startsWith('quarantined'));
    expect(quarantined).toMatchObject({ severity: 'error', action: { label: 'Replace credentials' } });
    expect(quarantined?.cause).toContain('Error authenticating: Unauthorized');
  });

  test('a new token ends the quarantine with a cycle that catches up, and the line is gone', async () => {
    const { ana } = await company();
    await peer.control('DELETE', '/tokens', { tenant });
    await newTitle(ana, 'Married');
    await work();
    const { token } = await peer.control<{ token: string }>('POST', '/tokens', { tenant });
    const { version } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
    await replaceCredentials(actor, { applicationId, version, authentication: { kind: 'bearer', secret: token } });
    await work();
    expect(await lastCycle()).toMatchObject({ trigger: 'settings', stage: 'finished' });
    expect((await getAssignment(applicationId, ana)).operations[0]).toMatchObject({
      state: 'succeeded',
      changes: { 'name.familyName': { to: 'Married' } },
    });
    expect(await attention()).toEqual([]);
  });

  test('a certificate is spoken of from 60 days before its end', async () => {
    const end = (days: number) => new Date(Date.now() + days * 86_400_000 + 60_000);
    await db.idpKey.updateMany({ where: { applicationId }, data: { notAfter: end(61) } });
    expect(await attention()).toEqual([]);
    await db.idpKey.updateMany({ where: { applicationId }, data: { notAfter: end(59) } });
    expect(await attention()).toMatchObject([{ title: 'The IdP certificate ends in 59 days', severity: 'warning' }]);
  });

  test('a webhook is spoken of while its last message is not accepted', async () => {
    const values = { label: 'SIEM', url: 'https://siem.example/in', eventNames: [], applicationIds: [] };
    const { id: webhookId } = await createWebhook(actor, values);
    expect(await attention()).toEqual([]);
    const delivery = await db.webhookDelivery.create({
      data: { webhookId, eventIds: [1n], attempts: 2, lastStatus: 500, lastError: 'The receiver answered 500.' },
    });
    const href = `/settings/webhooks/${webhookId}`;
    const line = { subject: 'SIEM', application: null, cause: 'The receiver answered 500.', action: { href } };
    expect(await attention()).toMatchObject([{ ...line, severity: 'warning' }]);
    await db.webhookDelivery.update({ where: { id: delivery.id }, data: { state: 'failed' } });
    expect(await attention()).toMatchObject([{ ...line, severity: 'error' }]);
    await db.webhookDelivery.update({ where: { id: delivery.id }, data: { state: 'delivered', lastError: null } });
    expect(await attention()).toEqual([]);
    await db.webhook.delete({ where: { id: webhookId } });
  });
});
