import { beforeEach, describe, expect, it } from 'vitest';
import { associationImpact } from '@/lib/applications/association-impact';
import { grantedAmong } from '@/lib/applications/scope';
import { createApplication } from '@/lib/applications/testing/create-application';
import { countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import type { LinkState, Prisma } from '@/lib/db/generated/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { filterClauseSchema } from '@/lib/filters/schema';
import {
  previewDisassociation,
  previewGroupDeletion,
  previewMembersRemoval,
  previewUnnesting,
  previewUserDeprovision,
  whatBecomes,
} from './deprovision-preview';
import { foretellGroupRule } from './rule-preview';

async function application(displayLabel: string, integrated = true): Promise<string> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel, ...general });
  if (integrated) {
    const connection = { baseUrl: 'https://scim.example.com', tokenSealed: '', tokenUpdatedAt: new Date() };
    await db.integration.create({
      data: { applicationId: id, status: 'active', ...connection, manageGroups: true, capabilities: {} },
    });
  }
  return id;
}

async function person(name: string, status: 'active' | 'suspended' = 'active'): Promise<string> {
  const email = `${name.toLowerCase()}@acme.example`;
  const names = { username: name.toLowerCase(), email, firstname: name, lastname: 'Test', displayName: name };
  return (await db.user.create({ data: { ...names, status } })).id;
}

async function group(name: string, members: string[], more: { in?: string[]; apps?: string[] } = {}): Promise<string> {
  const row = await db.group.create({
    data: {
      name,
      members: { create: members.map((userId) => ({ userId })) },
      parents: { create: (more.in ?? []).map((parentId) => ({ parentId })) },
      applications: { create: (more.apps ?? []).map((applicationId) => ({ applicationId })) },
    },
  });
  return row.id;
}

async function account(applicationId: string, userId: string, state: LinkState = 'provisioned'): Promise<void> {
  await db.userLink.create({ data: { applicationId, userId, state, remoteId: `r-${userId}` } });
}

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});

describe('disassociating a group', () => {
  it.each<[string, Prisma.InputJsonObject, object]>([
    ['nothing waits', {}, { accounts: 2, becomes: 'deactivated', heldBy: null }],
    ['the guard has it wait', { guardPeople: 1 }, { accounts: 2, becomes: 'deactivated', heldBy: 'guard' }],
    ['no guard', { guardPeople: 1, guardEnabled: false }, { becomes: 'deactivated', heldBy: null }],
    ['everything waits', { holdDeprovisioning: true }, { becomes: 'deactivated', heldBy: 'setting' }],
    ['accounts are deleted', { deprovisionAction: 'delete' }, { accounts: 2, becomes: 'deleted' }],
    ['accounts are left', { deprovisionAction: 'nothing' }, { accounts: 0, names: [], becomes: 'kept', heldBy: null }],
    ['it is switched off', { deactivateUsers: false }, { accounts: 0, becomes: 'kept' }],
  ])('tells by the settings of the application: %s', async (_name, settings, told) => {
    const app = await application('Egnyte');
    const people = [await person('Ana'), await person('Ben')];
    const staff = await group('Staff', people, { apps: [app] });
    for (const userId of people) await account(app, userId);
    await db.integration.update({ where: { applicationId: app }, data: { settings } });
    expect((await previewDisassociation(app, [staff])).applications).toMatchObject([{ people: 2, ...told }]);
  });

  it.each<[string, Prisma.InputJsonObject, string | null]>([
    ['may have all wait', {}, 'perhaps'],
    ['lets so many through, and no share of all', { guardPercent: 0, guardPeople: 20 }, 'guard'],
    ['is off', { guardEnabled: false }, null],
  ])(
    'foretells no guard that it has not counted for, where more lose access than are counted: it %s',
    async (_, settings, heldBy) => {
      const app = await application('Egnyte');
      await db.integration.update({ where: { applicationId: app }, data: { settings } });
      const counted = { accounts: countLimit, isExact: false };
      expect(await whatBecomes(app, counted)).toEqual({ becomes: 'deactivated', heldBy });
    },
  );

  it('counts only people whom nothing else lets in', async () => {
    const app = await application('Egnyte');
    const [ana, ben, cem, dia] = [await person('Ana'), await person('Ben'), await person('Cem'), await person('Dia')];
    const staff = await group('Staff', [ana, ben, cem, dia], { apps: [app] });
    await group('Engineers', [ben], { apps: [app] });
    await db.applicationUser.create({ data: { applicationId: app, userId: cem, assigned: true } });
    for (const userId of [ana, ben, cem]) await account(app, userId);
    const preview = await previewDisassociation(app, [staff]);
    // Dia has access, but no account yet.
    expect(preview.applications).toMatchObject([{ displayLabel: 'Egnyte', people: 2, accounts: 1, names: ['Ana'] }]);
    expect(preview.accounts).toBe(1);
  });

  it('says nothing of accounts that are inactive, deleted, released, or of people who are suspended', async () => {
    const app = await application('Egnyte');
    const states: LinkState[] = ['deactivated', 'deleted', 'released', 'error'];
    const people = await Promise.all(states.map((state) => person(`P${state}`)));
    const suspended = await person('Sus', 'suspended');
    const staff = await group('Staff', [...people, suspended], { apps: [app] });
    for (const [index, userId] of people.entries()) await account(app, userId, states[index]);
    await account(app, suspended);
    // The account in error is there, and will be deactivated.
    expect((await previewDisassociation(app, [staff])).applications).toMatchObject([
      { people: 4, accounts: 1, names: ['Perror'] },
    ]);
  });

  it('counts access, but no accounts, where Identity Management is not active', async () => {
    const app = await application('Egnyte', false);
    const ana = await person('Ana');
    const staff = await group('Staff', [ana], { apps: [app] });
    await account(app, ana);
    expect((await previewDisassociation(app, [staff])).applications).toMatchObject([{ people: 1, accounts: 0 }]);
  });

  it('counts nobody whom a group that is associated at the same time keeps in', async () => {
    const app = await application('Egnyte');
    const [ana, ben] = [await person('Ana'), await person('Ben')];
    const staff = await group('Staff', [ana, ben], { apps: [app] });
    const kept = await group('Kept', [ana]);
    for (const userId of [ana, ben]) await account(app, userId);
    expect((await previewDisassociation(app, [staff], [kept])).applications).toMatchObject([
      { people: 1, accounts: 1, names: ['Ben'] },
    ]);
  });

  it('is empty when no group is named', async () => {
    const app = await application('Egnyte');
    const ana = await person('Ana');
    await group('Staff', [ana], { apps: [app] });
    expect(await previewDisassociation(app, [])).toEqual({ applications: [], accounts: 0 });
  });
});

describe('deleting a group', () => {
  it('reaches applications through the groups that it is nested in, and takes what it hands on from below', async () => {
    const [egnyte, netskope] = [await application('Egnyte'), await application('Netskope')];
    const [ana, ben] = [await person('Ana'), await person('Ben')];
    const everyone = await group('Everyone', [], { apps: [egnyte] });
    const middle = await group('Middle', [ana], { in: [everyone], apps: [netskope] });
    await group('Below', [ben], { in: [middle] });
    for (const userId of [ana, ben]) {
      await account(egnyte, userId);
      await account(netskope, userId);
    }
    const preview = await previewGroupDeletion(middle);
    expect(preview.applications.map(({ displayLabel, people, accounts }) => [displayLabel, people, accounts])).toEqual([
      ['Egnyte', 2, 2],
      ['Netskope', 2, 2],
    ]);
    expect(preview.accounts).toBe(4);
  });

  it('leaves out whoever has another way in', async () => {
    const app = await application('Egnyte');
    const ana = await person('Ana');
    const everyone = await group('Everyone', [ana], { apps: [app] });
    const nested = await group('Nested', [ana], { in: [everyone] });
    await account(app, ana);
    expect(await previewGroupDeletion(nested)).toEqual({ applications: [], accounts: 0 });
  });
});

describe('a scoping filter that asks for members', () => {
  const asks = (app: string, memberOfId: string) =>
    db.scopeClause.create({
      data: {
        applicationId: app,
        objectType: 'user',
        groupNo: 0,
        position: 0,
        operator: 'IsMemberOf',
        memberOfId,
        attribute: '',
        source: '',
        caseSensitive: true,
      },
    });
  const told = ({ applications }: Awaited<ReturnType<typeof previewGroupDeletion>>) =>
    applications.map(({ people, accounts, names, heldBy }) => ({ people, accounts, names, heldBy }));

  it('counts who keeps access and falls out, in whichever application it stands', async () => {
    const app = await application('Egnyte');
    const [ana, ben, cem, out] = [await person('Ana'), await person('Ben'), await person('Cem'), await person('Out')];
    await group('Staff', [ana, ben, cem], { apps: [app] });
    const licensed = await group('Licensed', [ana]);
    const north = await group('North', [ben, cem, out], { in: [licensed] });
    const other = await group('Other', [cem], { in: [licensed] });
    await asks(app, licensed);
    // Whoever was never let in has nothing to lose.
    for (const userId of [ana, ben, cem, out]) await account(app, userId);
    await db.integration.update({
      where: { applicationId: app },
      data: { settings: { guardPeople: 1, guardPercent: 1 } },
    });
    const one = (name: string) => [{ people: 0, accounts: 1, names: [name], heldBy: null }];
    const two = (names: string[]) => [{ people: 0, accounts: names.length, names, heldBy: 'guard' }];
    expect(told(await previewMembersRemoval(north, [ben, cem])), 'Cem is in by another group').toEqual(one('Ben'));
    expect(told(await previewUnnesting(licensed, north))).toEqual(one('Ben'));
    expect(told(await previewUnnesting(licensed, other))).toEqual([]);
    expect(told(await previewGroupDeletion(north))).toEqual(one('Ben'));
    expect(told(await previewGroupDeletion(licensed))).toEqual(two(['Ana', 'Ben', 'Cem']));
  });

  it('counts once who loses both, and nobody who is filtered out already', async () => {
    const app = await application('Egnyte');
    const [ana, ben] = [await person('Ana'), await person('Ben')];
    const staff = await group('Staff', [ana, ben], { apps: [app] });
    await asks(app, staff);
    await db.groupMember.deleteMany({ where: { userId: ben } });
    await db.applicationUser.create({ data: { applicationId: app, userId: ben, assigned: true } });
    for (const userId of [ana, ben]) await account(app, userId);
    expect(told(await previewGroupDeletion(staff))).toEqual([{ people: 1, accounts: 1, names: ['Ana'], heldBy: null }]);
  });
});

describe('a rule of a dynamic group', () => {
  const rule = [[filterClauseSchema.parse({ attribute: 'department', operator: 'EQUALS', value: 'Sales' })]];
  const sell = (ids: string[]) => db.user.updateMany({ where: { id: { in: ids } }, data: { department: 'Sales' } });

  it('foretells the accounts that come and go in every application above, by as many statements for many people as for few', async () => {
    const [egnyte, zoom, off] = [
      await application('Egnyte'),
      await application('Zoom'),
      await application('Off', false),
    ];
    const [in1, in2, in3, back, out, stays] = await Promise.all(
      ['In1', 'In2', 'In3', 'Back', 'Out', 'Stays'].map((name) => person(name)),
    );
    const others = [await person('Sus', 'suspended')];
    if (!in1 || !in2 || !in3 || !back || !out || !stays) throw new Error('Six people were made.');
    await sell([in1, in2, in3, back, ...others]);
    const above = await group('Above', [], { apps: [egnyte, off] });
    const sales = await group('Sales', [out, stays], { in: [above], apps: [zoom] });
    await group('Zoomers', [in2, stays], { apps: [zoom] });
    // Whoever is in by another group comes in by the filter alone, in3 stays filtered out.
    await db.scopeClause.createMany({
      data: [
        { groupNo: 0, position: 0, operator: 'IsMemberOf', memberOfId: sales, attribute: '', source: '' },
        {
          groupNo: 0,
          position: 1,
          operator: 'NOT EQUALS',
          operand: 'In3',
          attribute: 'firstname',
          source: 'firstname',
        },
      ].map((clause) => ({ ...clause, applicationId: zoom, objectType: 'user' as const, caseSensitive: true })),
    });
    for (const userId of [out, stays]) for (const app of [egnyte, zoom]) await account(app, userId);
    await account(egnyte, back, 'deactivated');
    await account(egnyte, in3, 'deleted');
    const told = await foretellGroupRule({ rule, groupId: sales });
    expect(told).toMatchObject({ added: 5, removed: 2, moreApplications: false });
    expect(told.applications).toMatchObject([
      {
        displayLabel: 'Egnyte',
        isExact: true,
        ...{ gains: 4, created: 3, resumed: 1, gainNames: ['In1', 'In2', 'In3', 'Back'] },
        ...{ loses: 2, taken: 2, lossNames: ['Out', 'Stays'], becomes: 'deactivated', heldBy: null },
      },
      { displayLabel: 'Off', gains: 4, created: 0, resumed: 0, loses: 2, taken: 0 },
      {
        displayLabel: 'Zoom',
        ...{ gains: 3, created: 3, resumed: 0, gainNames: ['Back', 'In1', 'In2'] },
        ...{ loses: 1, taken: 2, lossNames: ['Out', 'Stays'] },
      },
    ]);
    expect((await foretellGroupRule({ rule })).applications, 'a group that is not there yet').toEqual([]);
    const settings = { createUsers: false, updateUsers: false, deprovisionAction: 'nothing' };
    await db.integration.update({ where: { applicationId: egnyte }, data: { settings } });
    const kept = { gains: 4, created: 0, resumed: 0, gainNames: [], loses: 2, taken: 0, becomes: 'kept' };
    expect((await foretellGroupRule({ rule, groupId: sales })).applications[0]).toMatchObject(kept);

    const read = () => countStatements(() => foretellGroupRule({ rule, groupId: sales }));
    const few = await read();
    const names = { firstname: 'Many', lastname: 'Test', displayName: 'Many', department: 'Sales' };
    await db.user.createMany({
      data: Array.from({ length: countLimit }, (_, n) => ({
        ...names,
        username: `m${n}`,
        email: `m${n}@acme.example`,
      })),
    });
    expect(await read()).toBe(few);
    expect((await foretellGroupRule({ rule, groupId: sales })).applications).toMatchObject([
      { isExact: false, loses: 2 },
      { isExact: false },
      { isExact: false },
    ]);
  });
});

describe('suspending or deleting a person', () => {
  it('names the applications with an active account that Latchkey manages, by label', async () => {
    const apps = [
      await application('Zoom'),
      await application('Egnyte'),
      await application('Old'),
      await application('Off', false),
    ];
    const ana = await person('Ana');
    const states: LinkState[] = ['provisioned', 'error', 'deactivated', 'provisioned'];
    for (const [index, app] of apps.entries()) await account(app, ana, states[index]);
    const preview = await previewUserDeprovision(ana, false);
    expect(preview.applications.map((impact) => impact.displayLabel)).toEqual(['Egnyte', 'Zoom']);
    expect(preview.accounts).toBe(2);
  });
});

describe('what a preview says is what happens', () => {
  let app: string;
  let people: string[];
  /** Lower ones are nested in higher ones, by several ways; the first two are associated. */
  let groups: string[];
  const inScope = async () => {
    const active = await db.user.findMany({ where: { status: 'active', deletedAt: null }, select: { id: true } });
    return grantedAmong(
      db,
      app,
      active.map(({ id }) => id),
    );
  };

  beforeEach(async () => {
    app = await application('Egnyte');
    people = [];
    for (let number = 0; number < 30; number += 1) {
      people.push(await person(`P${number}`, number % 7 === 3 ? 'suspended' : 'active'));
    }
    await db.user.update({ where: { id: people[4] ?? '' }, data: { deletedAt: new Date() } });
    groups = [];
    for (let number = 0; number < 8; number += 1) {
      const members = people.filter((_, index) => (index * 5 + number * 3) % 8 === 0 || index % 11 === number);
      const within = groups.filter((_, index) => (index + number) % 3 === 0 && index < number);
      groups.push(await group(`G${number}`, members, { in: within, apps: number < 2 ? [app] : [] }));
    }
    await db.applicationUser.create({ data: { applicationId: app, userId: people[0] ?? '', assigned: true } });
    for (const userId of people) await account(app, userId);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('where something is done to group %i', async (number) => {
    const id = groups[number] ?? '';
    const nesting = await db.groupNesting.findFirst({ where: { parentId: id } });
    const members = (await db.groupMember.findMany({ where: { groupId: id }, take: 3 })).map(({ userId }) => userId);
    const other = groups[(number + 3) % 8] ?? '';
    const associate = (groupId: string) => db.applicationGroup.create({ data: { applicationId: app, groupId } });
    const disassociate = () => db.applicationGroup.deleteMany({ where: { applicationId: app, groupId: id } });
    const cases = [
      [() => previewDisassociation(app, [id]), disassociate],
      [
        () => previewDisassociation(app, [id], other === id ? [] : [other]),
        async () => {
          await disassociate();
          if ((await db.applicationGroup.count({ where: { groupId: other } })) === 0) await associate(other);
        },
      ],
      [() => previewGroupDeletion(id), () => db.group.update({ where: { id }, data: { deletedAt: new Date() } })],
      [
        () => previewMembersRemoval(id, members),
        () => db.groupMember.deleteMany({ where: { groupId: id, userId: { in: members } } }),
      ],
      ...(nesting
        ? ([
            [
              () => previewUnnesting(nesting.parentId, nesting.childId),
              () => db.groupNesting.delete({ where: { parentId_childId: nesting } }),
            ],
          ] as const)
        : []),
    ] as const;
    for (const [index, [preview, change]] of cases.entries()) {
      const before = await inScope();
      const { applications } = await preview();
      // What was done is taken back: the next case begins where this one did.
      const kept = await db.$transaction(async (tx) => ({
        nestings: await tx.groupNesting.findMany(),
        members: await tx.groupMember.findMany(),
        associations: await tx.applicationGroup.findMany(),
      }));
      await change();
      const after = await inScope();
      const lost = [...before].filter((userId) => !after.has(userId)).length;
      expect(
        applications.map((impact) => [impact.people, impact.accounts]),
        `case ${index}`,
      ).toEqual(lost > 0 ? [[lost, lost]] : []);
      await db.group.update({ where: { id }, data: { deletedAt: null } });
      await db.applicationGroup.deleteMany();
      await db.applicationGroup.createMany({ data: kept.associations });
      await db.groupNesting.createMany({ data: kept.nestings, skipDuplicates: true });
      await db.groupMember.createMany({ data: kept.members, skipDuplicates: true });
    }
    const before = await inScope();
    const impact = await associationImpact(app, { add: [other], remove: [id] });
    await disassociate();
    await db.applicationGroup.createMany({ data: [{ applicationId: app, groupId: other }], skipDuplicates: true });
    const after = await inScope();
    expect([impact.enter, impact.leave, impact.total]).toEqual([
      [...after].filter((userId) => !before.has(userId)).length,
      [...before].filter((userId) => !after.has(userId)).length,
      after.size,
    ]);
  });
});
