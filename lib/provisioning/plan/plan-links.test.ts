import { beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication } from '../testing/integration';
import { findPlanContext, type PlanContext } from './plan-context';
import { planGroups } from './plan-group-links';
import { isSamePlan, type PlannedLink } from './planned-link';
import { shownGroupPlan } from './preview-group';
import { planPeople, previewPerson, shownPlan } from './preview-person';

let applicationId = '';
let groupId = '';
let made = 0;

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  groupId = (await db.group.create({ data: { name: 'Staff' } })).id;
  await associateGroup(systemActor, { applicationId, groupId });
});

async function context(): Promise<PlanContext> {
  const found = await findPlanContext(applicationId);
  if (!found) throw new Error('It is connected.');
  return found;
}

async function member(): Promise<string> {
  made += 1;
  const names = { username: `p${made}`, email: `p${made}@acme.example`, firstname: 'Ana', lastname: `Test ${made}` };
  const { id } = await db.user.create({ data: { ...names, displayName: `Ana ${made}` } });
  await db.groupMember.create({ data: { groupId, userId: id } });
  return id;
}

/** Somebody whose account we have written to before, under another name. */
async function linked(): Promise<string> {
  const userId = await member();
  const lastSent = { userName: `p${made}`, 'name.givenName': 'Before' };
  await db.userLink.create({
    data: {
      applicationId,
      userId,
      state: 'provisioned',
      remoteId: `remote-${made}`,
      lastSent,
      lastChangeAt: new Date(),
    },
  });
  await there(`remote-${made}`, `p${made}`);
  return userId;
}

/** Somebody who is found among what was read. */
async function found(): Promise<string> {
  const userId = await member();
  await there(`there-${made}`, `p${made}`);
  return userId;
}

async function there(remoteId: string, userName: string) {
  const resource = { id: remoteId, userName, active: true };
  const key = { active: true, matchKeys: [`username=${userName}`], readAt: new Date() };
  await db.remoteAccount.create({
    data: { applicationId, remoteId, userName, userNameFolded: userName, resource, ...key },
  });
}

test('200 people are planned in as many statements as 2 of each kind', async () => {
  const some = async (count: number) => {
    const ids: string[] = [];
    for (let each = 0; each < count; each += 1) ids.push(await member(), await linked(), await found());
    return ids;
  };
  const few = await some(2);
  const many = [...few, ...(await some(65))];
  const known = await context();
  await planPeople(known, many);
  const statements = (userIds: readonly string[]) => countStatements(() => planPeople(known, userIds));
  const asked = await statements(few);
  expect(await statements(many)).toBe(asked);
  expect(asked).toBeLessThan(10);
  const plans = (await planPeople(known, many)).map((entry) => shownPlan(known, entry));
  expect(plans.map(({ subject }) => subject.id).sort()).toEqual(many.toSorted());
  for (const [action, knownBy, takesOver] of [
    ['create', 'nothing', false],
    ['update', 'link', false],
    ['update', 'reading', true],
  ]) {
    const alike = plans.filter((plan) => plan.action === action && plan.knownBy === knownBy);
    expect(alike.filter((plan) => plan.takesOver === takesOver)).toHaveLength(67);
  }
});

test('40 groups are planned in as many statements as 2 of each kind', async () => {
  const member = await linked();
  const remote = (remoteId: string, displayName: string) =>
    db.remoteGroup.create({ data: { applicationId, remoteId, displayName, memberIds: [], readAt: new Date() } });
  const one = async (name: string, link?: { remoteId: string }) => {
    const { id } = await db.group.create({ data: { name, members: { create: { userId: member } } } });
    await associateGroup(systemActor, { applicationId, groupId: id });
    const lastSent = { displayName: `Before ${name}` };
    if (link) {
      await db.groupLink.upsert({
        where: { applicationId_groupId: { applicationId, groupId: id } },
        create: { applicationId, groupId: id, state: 'provisioned', lastSent, ...link },
        update: { state: 'provisioned', lastSent, ...link },
      });
    }
    return id;
  };
  const some = async (count: number) => {
    const ids: string[] = [];
    for (let each = 0; each < count; each += 1) {
      made += 1;
      ids.push(await one(`New ${made}`), await one(`Linked ${made}`, { remoteId: `group-${made}` }));
      await remote(`found-${made}`, `found ${made}`);
      ids.push(await one(`Found ${made}`));
    }
    return ids;
  };
  const few = await some(2);
  const many = [...few, ...(await some(12))];
  const known = await context();
  const statements = (groupIds: readonly string[]) => countStatements(() => planGroups(known, groupIds));
  const asked = await statements(few);
  expect(await statements(many)).toBe(asked);
  // One of them asks which of those found are kept as groups of the application.
  expect(asked).toBeLessThan(11);
  const plans = (await planGroups(known, many)).map((entry) => shownGroupPlan(known, entry));
  for (const [action, knownBy] of [
    ['create', 'nothing'],
    ['update', 'link'],
    ['update', 'reading'],
  ]) {
    const alike = plans.filter((plan) => plan.action === action && plan.knownBy === knownBy);
    expect(alike).toHaveLength(14);
    for (const { members } of alike) expect(members).toEqual({ added: 1, removed: 0 });
  }
});

describe('a plan that was kept', () => {
  /** As it comes back from where it was kept: jsonb keeps no order. */
  async function kept(plan: PlannedLink | undefined): Promise<PlannedLink> {
    const [row] = await db.$queryRaw<{ plan: PlannedLink }[]>`SELECT ${JSON.stringify(plan)}::jsonb AS plan`;
    if (!row) throw new Error('It was kept.');
    return row.plan;
  }

  const planned = async (userId: string) => previewPerson(await context(), userId);

  test('is the same when it comes back, and says what it was planned from', async () => {
    for (const userId of [await member(), await linked(), await found()]) {
      const plan = await planned(userId);
      expect(await kept(plan)).toEqual(plan);
      expect(plan?.plannedFrom.context).toMatch(/^\d+\.\d+$/);
      expect(Date.parse(plan?.plannedFrom.subjectUpdatedAt ?? '')).toBeGreaterThan(0);
    }
  });

  test('is the same as a later one as long as that does the same', async () => {
    const userId = await linked();
    const reviewed = await kept(await planned(userId));
    const isAsReviewed = async () => isSamePlan(reviewed, await kept(await planned(userId)));
    await db.user.update({ where: { id: userId }, data: { department: 'Sales' } });
    expect(await isAsReviewed()).toBe(true);
    await db.user.update({ where: { id: userId }, data: { lastname: 'Other' } });
    expect(await isAsReviewed()).toBe(false);
    await db.user.update({ where: { id: userId }, data: { lastname: reviewed.subject.name, status: 'suspended' } });
    expect(await isAsReviewed()).toBe(false);
  });

  test('shows no value that is redacted, and is no longer the same once somebody may have changed it', async () => {
    const title = { objectType: 'user', kind: 'expression', source: 'Redact([jobTitle])', target: 'title' } as const;
    await db.attributeMapping.create({ data: { applicationId, ...title, apply: 'always', position: 90 } });
    const userId = await linked();
    await db.user.update({ where: { id: userId }, data: { jobTitle: 'Hush' } });
    const reviewed = await kept(await planned(userId));
    expect(reviewed.changes).toMatchObject({ title: { to: '[Redact]' } });
    expect(JSON.stringify(reviewed)).not.toContain('Hush');
    expect(isSamePlan(reviewed, await kept(await planned(userId)))).toBe(true);
    await db.user.update({ where: { id: userId }, data: { jobTitle: 'Other' } });
    expect(isSamePlan(reviewed, await kept(await planned(userId)))).toBe(false);
  });

  test('of an application without PATCH carries over nothing that is redacted', async () => {
    const source = { objectType: 'user', kind: 'expression', source: 'Redact([jobTitle])', target: 'title' } as const;
    await db.attributeMapping.create({ data: { applicationId, ...source, apply: 'always', position: 90 } });
    await db.integration.update({ where: { applicationId }, data: { profile: { patch: false } } });
    const userId = await linked();
    const lastSent = { userName: `p${made}`, 'name.givenName': 'Before', title: 'Hush' };
    const lastRead = { id: `remote-${made}`, userName: `p${made}`, title: 'Hush' };
    await db.user.update({ where: { id: userId }, data: { jobTitle: 'Hush' } });
    await db.userLink.updateMany({ where: { userId }, data: { lastSent, lastRead } });
    await db.remoteAccount.deleteMany();
    const plan = await planned(userId);
    expect(plan?.request).toMatchObject({ method: 'PUT', body: { title: '[Redact]' } });
    expect(JSON.stringify(plan)).not.toContain('Hush');
  });
});
