import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { deleteApplications } from '@/lib/applications/delete-applications';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { settleAllNames } from '@/lib/applications/settle-names';
import type { Chance } from '@/lib/core/testing/chance';
import { db, transaction } from '@/lib/db/client';
import { createGroup } from '@/lib/directory/create-group';
import { createUser } from '@/lib/directory/create-user';
import { deleteGroup } from '@/lib/directory/delete-group';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { nestGroup, unnestGroup } from '@/lib/directory/nest-group';
import { purgeUser } from '@/lib/directory/purge-user';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { createUserSchema, type UserValues } from '@/lib/directory/schema';
import { suspendUser } from '@/lib/directory/suspend-user';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { importFilterSchema } from '@/lib/imports/schema';
import { startImport } from '@/lib/imports/start-import';
import { type AgingTable, deleteDue } from '@/lib/installation/retention';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { stopCycle } from '@/lib/provisioning/cycles/stop-cycle';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryFailed } from '@/lib/provisioning/retry-links';
import { readSettings } from '@/lib/settings/settings';
import { updatePerson } from '@/lib/sso/update-person';
import { egnyteApplication } from './support';

/** Few names for everybody, so that they meet: some are usernames that are e-mail addresses as well. */
const names = [
  ...['ana', 'ben', 'cleo', 'dora', 'eva', 'finn', 'gil', 'hana', 'ivo', 'jan', 'kim', 'lea'],
  ...['max', 'nora', 'ole', 'pia', 'rosa', 'sam', 'tara', 'udo', 'vera', 'will', 'yara', 'zoe'],
];
const groupNames = ['Staff', 'Sales', 'Legal', 'Berlin', 'Interns', 'Board', 'Everybody', 'Field', 'Night', 'Care'];

function somebody(chance: Chance): UserValues {
  const name = chance.pick(names);
  const username = chance.maybe(0.3) ? `${name}@acme.example` : name;
  const custom = ['badge', 'floor', 'team', 'desk'].filter(() => chance.maybe(0.3));
  return {
    ...createUserSchema.parse({
      username,
      email: `${chance.pick(names)}@acme.example`,
      firstname: chance.pick(names),
      lastname: chance.pick(names),
      customAttributes: Object.fromEntries(custom.toReversed().map((key) => [`${key}${chance.below(30)}`, 'x'])),
    }),
  };
}

/** Ids in one order, so that chance alone says which. */
const peopleIds = async (where: object = {}) =>
  (
    await db.user.findMany({
      where: { purgedAt: null, role: 'user', ...where },
      select: { id: true },
      orderBy: { id: 'asc' },
    })
  ).map(({ id }) => id);
const groupIds = async () =>
  (await db.group.findMany({ where: { deletedAt: null }, select: { id: true }, orderBy: { id: 'asc' } })).map(
    ({ id }) => id,
  );
const applicationIds = async () =>
  (await db.application.findMany({ select: { id: true }, orderBy: { id: 'asc' } })).map(({ id }) => id);
const connectedIds = async () =>
  (
    await db.integration.findMany({
      where: { status: { not: 'inactive' } },
      select: { applicationId: true },
      orderBy: { applicationId: 'asc' },
    })
  ).map(({ applicationId }) => applicationId);

/** One of these; absent where there is none. */
async function one(chance: Chance, ids: Promise<string[]>): Promise<string> {
  const found = await ids;
  return found.length > 0 ? chance.pick(found) : '00000000-0000-7000-8000-000000000000';
}
async function some(chance: Chance, ids: Promise<string[]>, most: number): Promise<string[]> {
  const found = await ids;
  return found.length === 0
    ? []
    : [...new Set(Array.from({ length: chance.below(most + 1) }, () => chance.pick(found)))];
}

async function retention(chance: Chance): Promise<void> {
  // A month passes for what was deleted; who has such a row in hand is not waited for.
  await db.$executeRaw`
    UPDATE groups SET deleted_at = deleted_at - interval '40 days'
    WHERE id IN (SELECT id FROM groups WHERE deleted_at > now() - interval '1 day' FOR UPDATE SKIP LOCKED)`;
  const { settings } = await readSettings();
  const days = { operationRetentionDays: 0, cycleRetentionDays: 0, importRetentionDays: 0, exchangeRetentionDays: 0 };
  const tables: AgingTable[] = ['users', 'groups', 'operations', 'cycles', 'import_rows', 'imports', 'exchanges'];
  await transaction((tx) => deleteDue(tx, chance.pick(tables), { ...settings, ...days }));
}

async function replaceApplication(chance: Chance): Promise<void> {
  const made = await egnyteApplication(`Egnyte ${chance.below(1_000)}`);
  const groupId = await one(chance, groupIds());
  await associateGroup(actor, { applicationId: made.id, groupId });
  await deleteApplications(actor, { ids: [made.id], typedCount: '1' });
}

async function goOnWithImport(chance: Chance): Promise<void> {
  const review = await db.import.findFirst({ where: { state: 'review' }, select: { id: true } });
  if (!review) {
    await startImport(actor, { applicationId: await one(chance, connectedIds()), replace: true });
    return;
  }
  const importId = review.id;
  const rows = await db.importRow.findMany({
    where: { importId },
    orderBy: { remoteId: 'asc' },
    select: { remoteId: true },
  });
  if (rows.length > 0 && chance.maybe(0.6)) {
    const userId = await one(chance, peopleIds({ deletedAt: null }));
    const decision = chance.pick([
      { kind: 'create' as const },
      { kind: 'link' as const, userId },
      { kind: 'ignore' as const },
    ]);
    await decideRow(actor, { importId, remoteId: chance.pick(rows).remoteId, decision });
    return;
  }
  const selection = { matching: importFilterSchema.parse({}) };
  await confirmImport(actor, { importId, selection, background: true, linkOtherNames: true, activateInactive: true });
}

async function anyLink(chance: Chance): Promise<string> {
  return one(
    chance,
    db.userLink.findMany({ select: { id: true }, orderBy: { id: 'asc' } }).then((rows) => rows.map(({ id }) => id)),
  );
}

/** What somebody does, and how often beside the others. A refusal is an AppError, and fine. */
export const deeds: [times: number, name: string, deed: (chance: Chance) => Promise<unknown>][] = [
  [
    8,
    'members',
    async (chance) => {
      const [groupId, add, remove] = [
        await one(chance, groupIds()),
        await some(chance, peopleIds({ deletedAt: null }), 3),
        await some(chance, peopleIds(), 3),
      ];
      await updateGroupMembers(actor, { groupId, add, remove: remove.filter((id) => !add.includes(id)) });
    },
  ],
  [
    4,
    'nest',
    async (chance) =>
      nestGroup(actor, { parentId: await one(chance, groupIds()), childId: await one(chance, groupIds()) }),
  ],
  [
    2,
    'unnest',
    async (chance) => {
      const pairs = await db.groupNesting.findMany({ orderBy: [{ parentId: 'asc' }, { childId: 'asc' }] });
      if (pairs.length > 0) await unnestGroup(actor, chance.pick(pairs));
    },
  ],
  [
    2,
    'suspend',
    async (chance) => suspendUser(actor, { id: await one(chance, peopleIds({ status: 'active', deletedAt: null })) }),
  ],
  [
    2,
    'reactivate',
    async (chance) =>
      reactivateUser(actor, { id: await one(chance, peopleIds({ status: 'suspended', deletedAt: null })) }),
  ],
  [4, 'delete person', async (chance) => deleteUser(actor, { id: await one(chance, peopleIds({ deletedAt: null })) })],
  [
    3,
    'restore',
    async (chance) => restoreUser(actor, { id: await one(chance, peopleIds({ deletedAt: { not: null } })) }),
  ],
  [2, 'purge', async (chance) => purgeUser(actor, { id: await one(chance, peopleIds({ deletedAt: { not: null } })) })],
  [4, 'create person', async (chance) => createUser(actor, { ...somebody(chance), sendActivation: false })],
  [
    6,
    'rename person',
    async (chance) => {
      const id = await one(chance, peopleIds({ deletedAt: null }));
      const managerId = chance.maybe(0.3) ? await one(chance, peopleIds({ deletedAt: null })) : null;
      const version = (await db.user.findUnique({ where: { id }, select: { version: true } }))?.version ?? 1;
      await updatePerson(actor, { ...somebody(chance), id, version, managerId });
    },
  ],
  [
    1,
    'activation link',
    async (chance) =>
      issueActivationLink(actor, { id: await one(chance, peopleIds({ deletedAt: null })), mail: false }),
  ],
  [
    2,
    'rename group',
    async (chance) => {
      const id = await one(chance, groupIds());
      const version = (await db.group.findUnique({ where: { id }, select: { version: true } }))?.version ?? 1;
      await updateGroup(actor, { id, version, name: chance.pick(groupNames), description: '' });
    },
  ],
  [2, 'create group', async (chance) => createGroup(actor, { name: chance.pick(groupNames), description: '' })],
  [1, 'delete group', async (chance) => deleteGroup(actor, { id: await one(chance, groupIds()) })],
  [1, 'application', replaceApplication],
  [
    3,
    'associate',
    async (chance) =>
      associateGroup(actor, {
        applicationId: await one(chance, applicationIds()),
        groupId: await one(chance, groupIds()),
      }),
  ],
  [
    1,
    'disassociate',
    async (chance) =>
      disassociateGroup(actor, {
        applicationId: await one(chance, applicationIds()),
        groupId: await one(chance, groupIds()),
      }),
  ],
  [
    2,
    'assign',
    async (chance) => {
      const pair = {
        applicationId: await one(chance, applicationIds()),
        userId: await one(chance, peopleIds({ deletedAt: null })),
      };
      await (chance.maybe(0.7) ? assignUser : unassignUser)(actor, pair);
    },
  ],
  [
    3,
    'type username',
    async (chance) =>
      setApplicationUsername(actor, {
        applicationId: await one(chance, applicationIds()),
        userId: await one(chance, peopleIds({ deletedAt: null })),
        applicationUsername: chance.maybe(0.7) ? chance.pick(names) : null,
      }),
  ],
  [2, 'settle names', settleAllNames],
  [3, 'import', goOnWithImport],
  [2, 'run cycle', async (chance) => runCycleNow(actor, { applicationId: await one(chance, connectedIds()) })],
  [1, 'stop cycle', async (chance) => stopCycle(actor, { applicationId: await one(chance, connectedIds()) })],
  [
    1,
    'release',
    async (chance) => (chance.maybe(0.4) ? releaseLink : manageLink)(actor, { linkId: await anyLink(chance) }),
  ],
  [1, 'retry', async (chance) => retryFailed(actor, { applicationId: await one(chance, connectedIds()) })],
  [3, 'retention', retention],
];
