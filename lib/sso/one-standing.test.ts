import { afterAll, beforeEach, expect, test } from 'vitest';
import { countInScope } from '@/lib/applications/association-impact';
import { listPortalTiles } from '@/lib/applications/portal-tiles';
import { grantedAmong, grantedRows, grantedUsers, listAccessibleApplicationIds } from '@/lib/applications/scope';
import { readStandings } from '@/lib/applications/standings';
import { createApplication } from '@/lib/applications/testing/create-application';
import { Chance } from '@/lib/core/testing/chance';
import { db } from '@/lib/db/client';
import type { Application, User } from '@/lib/db/generated/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { listMemberships } from '@/lib/directory/membership';
import { systemActor } from '@/lib/events/actor';
import { desiredUsers } from '@/lib/provisioning/plan/desired-users';
import { planContext } from '@/lib/provisioning/plan/plan-context';
import type { DesiredUser } from '@/lib/provisioning/plan/plan-user';
import { getAssignment } from '@/lib/provisioning/queries/link-detail';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { decideAccess } from './access';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});
afterAll(() => db.$disconnect());

/** Formats, and what they make of a person: said once more, by hand. */
const formats: readonly { format: string; name: (user: User) => string }[] = [
  { format: 'username', name: (user) => user.username },
  { format: 'email_prefix', name: (user) => user.email.split('@')[0] ?? '' },
  { format: 'ToUpper([displayName])', name: (user) => user.displayName.toUpperCase() },
];

interface Directory {
  applications: Application[];
  people: User[];
  groups: { id: string; name: string; deletedAt: Date | null }[];
}

/** Groups in groups, some deleted; people in some, of whom some are suspended, deleted or erased; everything by chance. */
async function directory(chance: Chance): Promise<Directory> {
  const applications: Application[] = [];
  for (const { format } of formats) {
    const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel: `App ${format}` });
    const data = { usernameFormat: format, ssoStatus: 'active', showInPortal: true } as const;
    applications.push(await db.application.update({ where: { id }, data }));
  }
  const past = new Date('2026-01-01T00:00:00Z');
  const people: User[] = [];
  for (let index = 0; index < 16; index += 1) {
    const names = { username: `person.${index}`, email: `mail${index}@acme.example`, displayName: `P ${index}` };
    const purged = chance.maybe(0.1);
    const state = {
      ...(chance.maybe(0.25) ? { status: 'suspended' as const } : {}),
      ...(purged || chance.maybe(0.2) ? { deletedAt: past } : {}),
      ...(purged ? { purgedAt: past } : {}),
    };
    people.push(await db.user.create({ data: { ...names, ...state, firstname: 'P', lastname: `Number ${index}` } }));
  }
  const groups: Directory['groups'] = [];
  for (let index = 0; index < 9; index += 1) groups.push(await db.group.create({ data: { name: `Group ${index}` } }));
  for (const [parent, { id: parentId }] of groups.entries()) {
    for (const { id: childId } of groups.slice(parent + 1)) {
      if (chance.maybe(0.25)) await db.groupNesting.create({ data: { parentId, childId } });
    }
    const members = people.filter(() => chance.maybe(0.25));
    await db.groupMember.createMany({ data: members.map(({ id: userId }) => ({ groupId: parentId, userId })) });
    const associated = applications.filter(() => chance.maybe(0.4));
    await db.applicationGroup.createMany({
      data: associated.map(({ id }) => ({ groupId: parentId, applicationId: id })),
    });
  }
  for (const { id: applicationId } of applications) {
    for (const { id: userId } of people) {
      if (chance.maybe(0.6)) continue;
      const applicationUsername = chance.maybe(0.5) ? `typed.${applicationId}.${userId}` : null;
      await db.applicationUser.create({
        data: { applicationId, userId, assigned: chance.maybe(0.5), applicationUsername },
      });
    }
  }
  // The first has a scoping filter: accounts for those whose last name ends in an even number.
  const [{ id: filtered } = { id: '' }] = applications;
  const clause = { attribute: 'surname', source: 'lastname', operator: 'REGEX MATCH', caseSensitive: true };
  const operand = { value: '[02468]$', operand: '[02468]$' };
  await db.scopeClause.create({
    data: { applicationId: filtered, objectType: 'user', groupNo: 0, position: 0, ...clause, ...operand },
  });
  for (const group of groups.filter(() => chance.maybe(0.2))) {
    group.deletedAt = past;
    await db.group.update({ where: { id: group.id }, data: { deletedAt: past } });
  }
  return { applications, people, groups };
}

/** What is true of one person in one application. */
interface Truth {
  person: string;
  application: string;
  absence: string | null;
  filteredOut: boolean;
  granted: boolean;
  direct: boolean;
  groups: string[];
  name: string;
  typed: boolean;
}

/** From memberships, nestings, associations and assignments alone. */
async function truths({ applications, people, groups }: Directory): Promise<Truth[]> {
  const [memberships, nestings, associations, own] = await Promise.all([
    db.groupMember.findMany(),
    db.groupNesting.findMany(),
    db.applicationGroup.findMany(),
    db.applicationUser.findMany(),
  ]);
  const there = new Map(groups.flatMap((group) => (group.deletedAt ? [] : [[group.id, group.name]])));
  const within = (groupId: string): string[] =>
    there.has(groupId)
      ? [groupId, ...nestings.filter((row) => row.parentId === groupId).flatMap((row) => within(row.childId))]
      : [];
  return applications.flatMap((application, place) =>
    people.map((user): Truth => {
      const typed = own.find((row) => row.applicationId === application.id && row.userId === user.id);
      const present = !user.deletedAt;
      const granting = associations.filter(
        ({ applicationId, groupId }) =>
          applicationId === application.id &&
          within(groupId).some((id) => memberships.some((row) => row.groupId === id && row.userId === user.id)),
      );
      const names = present ? granting.map(({ groupId }) => there.get(groupId) ?? '').sort() : [];
      const direct = present && typed?.assigned === true;
      const granted = direct || names.length > 0;
      const absence = user.purgedAt
        ? 'purged'
        : user.deletedAt
          ? 'deleted'
          : user.status === 'suspended'
            ? 'suspended'
            : granted
              ? null
              : 'not_granted';
      const name = typed?.applicationUsername ?? formats[place]?.name(user) ?? '';
      const pair = { person: user.id, application: application.id };
      return {
        ...pair,
        absence,
        filteredOut: place === 0 && !/[02468]$/.test(user.lastname),
        granted,
        direct,
        groups: names,
        name,
        typed: typeof typed?.applicationUsername === 'string',
      };
    }),
  );
}

/** What a plan is made by that sends the application username and nothing else. */
function planning(application: Application) {
  const mapping = { id: 'name', position: 0, objectType: 'user', target: 'userName', kind: 'direct' } as const;
  const source = { source: 'applicationUsername', apply: 'always', matchingPrecedence: 1 } as const;
  const mappings = [{ ...mapping, ...source, defaultValue: null, required: true }];
  return planContext({ ...application, integration: null }, mappings, { user: [], group: [] });
}

const sorted = <T extends { person: string; application: string }>(told: readonly T[]) =>
  told.toSorted((one, other) => (one.application + one.person < other.application + other.person ? -1 : 1));

// More under `npm test -- full`.
test.each(process.env.LATCHKEY_TESTS === 'full' ? [1, 2, 3, 4, 5] : [1])(
  'everybody who asks is told the same of every person in every application (%i)',
  async (seed) => {
    const made = await directory(new Chance(seed));
    const { applications, people } = made;
    const userIds = people.map(({ id }) => id);
    const truth = sorted(await truths(made));
    const now = new Date();
    // This is about something: everything that can keep somebody out does.
    expect(new Set(truth.map(({ absence }) => absence)).size).toBeGreaterThan(3);
    expect(truth.filter(({ granted }) => granted).length).toBeGreaterThan(5);
    expect(truth.filter(({ absence, filteredOut }) => !absence && filteredOut).length).toBeGreaterThan(0);

    const read = await readStandings(db, { applications, userIds, parts: ['grants'] }, now);
    const standings = read.map(
      ({ user, applicationId: application, absence, filteredOut, granted, grants, ...names }): Truth => {
        const groups = grants.groups.map((group) => group.name);
        const told = { person: user.id, application, absence, filteredOut, granted, direct: grants.direct, groups };
        return { ...told, name: names.applicationUsername, typed: names.typedUsername !== null };
      },
    );
    expect(sorted(standings)).toEqual(truth);

    for (const application of applications) {
      const here = truth.filter((row) => row.application === application.id);
      const desired = await desiredUsers(planning(application), userIds, now);
      expect(Object.fromEntries([...desired].map(([id, person]) => [id, toldOf(person.desired)])), 'the plan').toEqual(
        Object.fromEntries(here.map((row) => [row.person, planned(row)])),
      );
      const { items } = await listAssignments(application.id, {});
      const listed = items.map(
        ({ userId: person, groups, direct, applicationUsername: name, typedUsername: typed }) => {
          return { person, application: application.id, groups, direct, name, typed };
        },
      );
      const granted = here.filter((row) => row.granted);
      expect(sorted(listed), 'the list').toEqual(
        granted.map(({ absence: _a, filteredOut: _f, granted: _g, ...row }) => row),
      );
      const present = new Set(people.flatMap(({ id, deletedAt }) => (deletedAt ? [] : [id])));
      const ids = granted.map(({ person }) => person).sort();
      for (const set of [grantedUsers, grantedRows]) {
        const rows = await db.$queryRaw<{ user_id: string }[]>`${set(application.id)}`;
        const found = new Set(rows.map((row) => row.user_id).filter((id) => present.has(id)));
        expect([...found].sort(), 'a set').toEqual(ids);
      }
      const among = await grantedAmong(db, application.id, [...present]);
      expect([...among].sort(), 'some people').toEqual(ids);
      expect((await countInScope(application.id)).total, 'a count').toBe(here.filter((row) => !row.absence).length);
    }

    for (const { id: userId } of people) {
      const own = truth.filter((row) => row.person === userId);
      const granted = own.filter((row) => row.granted);
      const ids = granted.map(({ application }) => application).sort();
      expect((await listAccessibleApplicationIds(userId)).sort(), 'applications').toEqual(ids);
      expect((await listPortalTiles(userId)).map(({ id }) => id).sort(), 'the portal').toEqual(ids);
      const accounts = (await listPersonAccounts(userId)).items.map(
        ({ applicationId: application, direct, grants }) => {
          return { person: userId, application, direct, groups: grants.map(({ path }) => path.at(-1)) };
        },
      );
      const shown = granted.map(({ person, application, direct, groups }) => ({ person, application, direct, groups }));
      expect(sorted(accounts), 'the accounts').toEqual(shown);
      const groupNames = (await listMemberships(userId)).map(({ name }) => name);
      for (const { application: id, ...row } of own) {
        const detail = await getAssignment(id, userId);
        const reason = detail.standing.code;
        const told = { ...detail.grants, groups: detail.grants.groups.map((group) => group.name) };
        expect({ ...told, typed: detail.typedUsername !== null }, 'the page').toEqual({
          ...{ direct: row.direct, groups: row.groups, typed: row.typed },
        });
        expect(reason, 'the page').toBe(reasons[row.absence ?? 'none']);
        const application = applications.find((one) => one.id === id);
        const access = application && (await decideAccess(db, userId, application, now));
        expect(access?.granted, 'a sign-in').toBe(row.absence === null);
        if (access?.granted) {
          const { applicationUsername: name, groupNames: names } = access.subject;
          expect({ name, names }, 'a sign-in').toEqual({ name: row.name, names: groupNames });
        }
      }
    }
  },
);

const reasons: Readonly<Record<string, string>> = {
  ...{ purged: 'deleted', deleted: 'deleted', suspended: 'suspended', not_granted: 'not_in_scope' },
  none: 'not_configured',
};

const planned = ({ absence, filteredOut, name }: Truth) =>
  absence === null
    ? filteredOut
      ? 'filtered_out'
      : name
    : absence === 'purged'
      ? 'gone'
      : absence === 'not_granted'
        ? 'out_of_scope'
        : absence;

const toldOf = (desired: DesiredUser) =>
  desired.kind === 'present' ? desired.create.userName : desired.kind === 'inactive' ? desired.reason : desired.kind;

test('how many people stand in many applications is one statement', async () => {
  const { applications, people } = await directory(new Chance(6));
  const asked = { applications, userIds: people.map(({ id }) => id), parts: ['grants', 'managerAccountId'] as const };
  expect(await countStatements(() => readStandings(db, asked, new Date()))).toBe(1);
  expect((await readStandings(db, asked, new Date())).map(({ user }) => 'passwordHash' in user)).not.toContain(true);
});
