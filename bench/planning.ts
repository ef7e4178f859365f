import { applicationUsername } from '@/lib/applications/application-username';
import { readTemplate } from '@/lib/applications/catalogue/templates';
import { userRecord } from '@/lib/applications/source-record';
import type { User } from '@/lib/db/generated/client';
import { mapObject } from '@/lib/mappings/map';
import { checkRules } from '@/lib/mappings/rules';
import type { AttributeMapping } from '@/lib/mappings/schema';
import { planPerson } from '@/lib/provisioning/plan/desired-users';
import { type PlanContext, planContext } from '@/lib/provisioning/plan/plan-context';
import type { DesiredUser, LinkedUser, UserPlan } from '@/lib/provisioning/plan/plan-user';
import type { TargetValues } from '@/lib/provisioning/plan/values';
import type { Comparison } from './measure';

const people = 10_000;
/** One person in so many has another title than was last sent. */
const changedEach = 100;

/**
 * A cycle's decisions without its database and network: map, check the rules, compare with what was last sent, plan, for
 * 10,000 people with Egnyte's mappings. Beside it, only reading the same people and their last values from JSON.
 */
export function planningComparison(): Comparison {
  const now = new Date();
  const context = egnyte();
  const data = Array.from({ length: people }, (_, index) => {
    const user = makeUser(index);
    const { update } = desire(context, user, now);
    const sent = index % changedEach === 0 ? { ...update, 'name.givenName': 'Before' } : update;
    return { user, sent };
  });
  const plan = () => data.map(({ user, sent }) => planOne(context, user, sent, now));
  const updates = plan().filter((one) => one.action === 'update').length;
  if (updates !== people / changedEach) throw new Error(`${updates} updates were planned.`);
  const json = JSON.stringify(data);
  return {
    key: 'provisioning.plan',
    name: `Map and plan ${people.toLocaleString('en-US')} people of Egnyte`,
    limitName: 'JSON.parse of the same data',
    calls: 1,
    ours: plan,
    limit: () => JSON.parse(json),
  };
}

function planOne(context: PlanContext, user: User, sent: TargetValues, now: Date): UserPlan {
  const linked: LinkedUser = { kind: 'account', deactivated: false, sent, current: null, settled: null };
  return planPerson(context, desire(context, user, now), linked);
}

/** What the directory implies for somebody in scope, as a cycle finds it out: both mappings and the application's rules. */
function desire(context: PlanContext, user: User, now: Date): Extract<DesiredUser, { kind: 'present' }> {
  const { usernameFormat, ssoActive } = context.application;
  const name = applicationUsername(usernameFormat, user, null, now);
  const source = userRecord(user, name, true);
  const mapped = (purpose: 'create' | 'update') =>
    mapObject({
      mappings: context.userMappings,
      source,
      attributes: context.userAttributes,
      purpose,
      now,
      inScope: true,
    });
  const [create, update] = [mapped('create'), mapped('update')];
  const broken = checkRules(context.rules, create.values, { ssoActive, attributes: context.userAttributes });
  if (create.problems.length + update.problems.length + broken.length > 0) {
    throw new Error('The people of the benchmark break no rule.');
  }
  return { kind: 'present', create: create.values, update: update.values, blocked: {} };
}

/** Of the template alone: an application that is not connected. */
function egnyte(): PlanContext {
  const { scim } = readTemplate('egnyte', undefined);
  if (!scim) throw new Error('The template of Egnyte has no Identity Management.');
  const userMappings = scim.userMappings.map(
    (mapping, position): AttributeMapping => ({ ...mapping, id: String(position), objectType: 'user', position }),
  );
  const names = { id: 'bench', displayLabel: 'Egnyte', templateId: 'egnyte', usernameFormat: 'username' };
  const row = { ...names, kind: 'saml', ssoStatus: 'active', version: 1, integration: null } as const;
  return planContext(row, userMappings, {
    user: scim.userAttributes.map((attribute) => ({ ...attribute, origin: 'template' })),
    group: [],
  });
}

function makeUser(index: number): User {
  const username = `person.${index}`;
  const at = new Date(0);
  return {
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    username,
    email: `${username}@acme.example`,
    usernameFolded: username,
    emailFolded: `${username}@acme.example`,
    firstname: 'Person',
    lastname: `Number ${index}`,
    displayName: `Person Number ${index}`,
    employeeIdentifier: `E${index}`,
    jobTitle: 'Software Engineer',
    department: 'Engineering',
    company: 'Acme',
    costCenter: 'CC-1100',
    location: 'Denver',
    phone: null,
    managerId: null,
    customAttributes: {},
    status: 'active',
    role: 'user',
    passwordHash: null,
    mustChangePassword: false,
    lastSignInAt: null,
    importedFromId: null,
    sourceId: null,
    externalId: null,
    sourceActive: null,
    deletedAt: null,
    purgedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}
