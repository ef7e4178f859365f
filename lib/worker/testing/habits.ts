import { randomUUID } from 'node:crypto';
import { createApplication } from '@/lib/applications/testing/create-application';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { tokenContext } from '@/lib/provisioning/authentication';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { enqueue } from '@/lib/queue/enqueue';
import type { ServerProfile } from '@/lib/scim/profile';
import type { Faults } from '@/sandbox/store/records';
import { person, type TestSandbox } from './support';

/** One way in which servers bend the RFC, and what becomes of it. */
export interface Habit {
  /** What such a server does: "PATCH of users is refused with 405, though announced". */
  habit: string;
  /** How the sandbox is told to do it. */
  faults: Partial<Faults>;
  /** Also while the accounts are created. */
  fromStart?: true;
  /** So many accounts of nobody are there. */
  accounts?: number;
  /** What is done twice: once to learn, once to see what it costs from then on. */
  deed: Deed;
  /** What Latchkey does about it. */
  answer: string;
  /** What is in the server profile afterwards. */
  learned: Partial<ServerProfile>;
  /** The error that the person has afterwards; absent: what was done is done over there. */
  error?: string;
}

/** An application of its own for a habit, with four people and a group of two of them. */
export interface Application {
  id: string;
  /** Also at the end of the names of its people and groups. */
  index: number;
  tenant: string;
  token: string;
  scimUrl: string;
  people: string[];
  everybody: string;
  crew: string;
}

type Deed = keyof typeof deeds;
type Control = TestSandbox['control'];

/** What is done here and over there; the first time with the first of the people, the second time with the second. */
export const deeds = {
  'change a person': async ({ people }: Application, time: number) => {
    const row = await db.user.findUniqueOrThrow({ where: { id: people[time] ?? '' } });
    const { id, version, username, role } = row;
    const change = { email: `new.${username}@acme.example`, lastname: 'Changed', jobTitle: 'Captain' };
    const values = { ...row, ...change, id, version, username, role, customAttributes: {} };
    await updateUser(actor, values as never, unguarded);
  },
  'suspend a person': ({ people }: Application, time: number) => suspendUser(actor, { id: people[time] ?? '' }),
  'exchange a member': ({ people, crew }: Application, time: number) =>
    updateGroupMembers(actor, { groupId: crew, add: [people[2 + time] ?? ''], remove: [people[time] ?? ''] }),
  'move two members': ({ people, crew }: Application, time: number) => {
    const two = people.slice(2);
    return updateGroupMembers(actor, { groupId: crew, add: time ? [] : two, remove: time ? two : [] });
  },
  'run a cycle': ({ id }: Application) => runCycleNow(actor, { applicationId: id }),
  'let somebody in who has an account': async (application: Application, time: number) => {
    const name = `${time ? 'fay' : 'eve'}.${application.index}`;
    await account(application, name.toUpperCase());
    await updateGroupMembers(actor, { groupId: application.everybody, add: [await person(name)], remove: [] });
  },
  'delete the account over there, and change the person': async (
    application: Application,
    time: number,
    control: Control,
  ) => {
    const { index, tenant } = application;
    await control('DELETE', '/users', { tenant, userName: `${time ? 'ben' : 'ana'}.${index}` });
    await deeds['change a person'](application, time);
  },
  'delete the group over there, and run a cycle': async ({ id, index, tenant }, _time, control) => {
    await control('DELETE', '/groups', { tenant, name: `Crew ${index}` });
    await runCycleNow(actor, { applicationId: id });
  },
  'take a member out over there, and run a cycle': async ({ id, index, tenant }, _time, control) => {
    await control('DELETE', '/groups', { tenant, name: `Crew ${index}`, member: `ana.${index}` });
    await runCycleNow(actor, { applicationId: id });
  },
} satisfies Record<string, (application: Application, time: number, control: Control) => Promise<unknown>>;

/** An account that somebody has made over there. */
async function account({ token, scimUrl }: Application, userName: string): Promise<void> {
  const email = `${userName.toLowerCase()}@acme.example`;
  const answer = await fetch(`${scimUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true },
      ...{ name: { givenName: 'Some', familyName: 'Body' }, emails: [{ value: email, type: 'work', primary: true }] },
    }),
  });
  if (!answer.ok) throw new Error(`${userName}: ${answer.status} ${await answer.text()}`);
}

const names = ['ana', 'ben', 'cleo', 'dora'];

/**
 * An application for each habit, all at once: everybody is in scope, nobody has an account yet. They are copies of one, because each would
 * make a key pair of its own.
 */
export async function applicationsFor(habits: readonly Habit[], { control }: TestSandbox): Promise<Application[]> {
  const general = {
    displayLabel: 'Habits',
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
  };
  const { id: originalId } = await createApplication(actor, { templateId: 'custom-saml', ...general });
  const original = await db.application.findUniqueOrThrow({ where: { id: originalId }, include: { mappings: true } });
  const applications = await Promise.all(
    habits.map(async ({ deed, habit, accounts }, index) => {
      const tenant = `netskope/habit${index}`;
      const { token, scimUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
      if (accounts) await control('POST', '/accounts', { tenant, count: accounts });
      const isAboutGroups = /member|group/i.test(`${deed} ${habit}`);
      const ids = { id: randomUUID(), everybody: randomUUID(), crew: randomUUID() };
      // More than two are there for the sake of groups.
      const people = names.slice(0, isAboutGroups ? 4 : 2).map(() => randomUUID());
      return { ...ids, index, tenant, token, scimUrl, people, isAboutGroups };
    }),
  );
  const all = <Row>(rowsOf: (application: (typeof applications)[number]) => Row[]) => ({
    data: applications.flatMap(rowsOf),
  });
  const { mappings, templateId, templateVersion, kind, logoColor } = original;
  await db.application.createMany(
    all(({ id, index }) => [
      {
        ...{ id, templateId, templateVersion, kind, logoColor },
        ...{ slug: `habit-${index}`, displayLabel: `Habit ${index}`, ssoStatus: 'active' as const },
      },
    ]),
  );
  const title = { objectType: 'user' as const, kind: 'direct' as const, source: 'jobTitle', target: 'title' };
  await db.attributeMapping.createMany(
    all(({ id: applicationId }) => [
      ...mappings.map(({ id: _, ...mapping }) => ({ ...mapping, applicationId })),
      { applicationId, ...title, apply: 'always', position: 90 },
    ]) as Prisma.AttributeMappingCreateManyArgs,
  );
  await db.integration.createMany(
    all(({ id, token, scimUrl, isAboutGroups }) => [
      {
        applicationId: id,
        status: 'active',
        baseUrl: scimUrl,
        tokenSealed: seal(token, tokenContext(id)),
        tokenUpdatedAt: new Date(),
        manageGroups: isAboutGroups,
        capabilities: {},
      },
    ]),
  );
  await db.user.createMany(
    all(({ people, index }) =>
      people.map((id, place) => {
        const username = `${names[place]}.${index}`;
        const named = { firstname: username, lastname: 'Test', displayName: `${username} Test` };
        return { id, username, email: `${username}@acme.example`, ...named };
      }),
    ),
  );
  await db.group.createMany(
    all(({ everybody, crew, index }) => [
      { id: everybody, name: `Everybody ${index}` },
      { id: crew, name: `Crew ${index}` },
    ]),
  );
  await db.groupMember.createMany(
    all(({ everybody, crew, people }) => [
      ...people.map((userId) => ({ groupId: everybody, userId })),
      ...people.slice(0, 2).map((userId) => ({ groupId: crew, userId })),
    ]),
  );
  await db.applicationGroup.createMany(
    all(({ id: applicationId, everybody, crew }) => [
      { applicationId, groupId: everybody },
      { applicationId, groupId: crew },
    ]),
  );
  for (const { id: applicationId } of applications) await enqueue(db, 'application-changed', { applicationId });
  return applications;
}
