import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { tokenContext } from '@/lib/provisioning/authentication';
import type { ServerProfile } from '@/lib/scim/profile';
import type { Faults } from '@/sandbox/store/records';
import { group, person, type TestSandbox } from './support';

/** One way in which servers bend the RFC, and what becomes of it. */
export interface Habit {
  /** What such a server does: "PATCH of users is refused with 405, though announced". */
  habit: string;
  /** How the sandbox is told to do it. */
  faults: Partial<Faults>;
  /** Also while the accounts are created. */
  fromStart?: true;
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
  tenant: string;
  people: string[];
  crew: string;
}

type Deed = keyof typeof deeds;

/** What is done in the directory; the first time with the first of the people, the second time with the second. */
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
} as const;

/** Sets an application up for a habit: everybody is in scope, nobody has an account yet. */
export async function applicationFor({ deed }: Habit, index: number, { control }: TestSandbox): Promise<Application> {
  const tenant = `netskope/habit${index}`;
  const { id } = await createApplication(actor, {
    templateId: 'custom-saml',
    displayLabel: `Habit ${index}`,
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
  });
  await db.application.update({ where: { id }, data: { ssoStatus: 'active' } });
  const title = { objectType: 'user' as const, kind: 'direct' as const, source: 'jobTitle', target: 'title' };
  await db.attributeMapping.create({ data: { applicationId: id, ...title, apply: 'always', position: 90 } });
  const { token, scimUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  await db.integration.create({
    data: {
      applicationId: id,
      status: 'active',
      baseUrl: scimUrl,
      tokenSealed: seal(token, tokenContext(id)),
      tokenUpdatedAt: new Date(),
      manageGroups: deed === 'exchange a member',
      capabilities: {},
    },
  });
  const people: string[] = [];
  for (const name of ['ana', 'ben', 'cleo', 'dora']) people.push(await person(`${name}.${index}`));
  const everybody = await group(`Everybody ${index}`, people);
  const crew = await group(`Crew ${index}`, people.slice(0, 2));
  for (const groupId of [everybody, crew]) await associateGroup(actor, { applicationId: id, groupId });
  return { id, tenant, people, crew };
}
