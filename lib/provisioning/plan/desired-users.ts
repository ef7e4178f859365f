import { usernameNaming } from '@/lib/applications/naming';
import type { Person } from '@/lib/applications/source-record';
import { readStandings, type Standing, type StandingParts, standingRecord } from '@/lib/applications/standings';
import { describeHolders, findNameHolders, type NameHolder } from '@/lib/applications/username-conflicts';
import { storedName } from '@/lib/core/fold-name';
import { mapInSlices } from '@/lib/core/in-slices';
import { db } from '@/lib/db/client';
import { filteredOutBy } from '@/lib/filters/schema';
import { type MapResult, mapObject, type UniqueTarget, uniqueTargets } from '@/lib/mappings/map';
import { namesProperty } from '@/lib/mappings/names-property';
import { checkRules, enforceRules, type RuleViolation } from '@/lib/mappings/rules';
import type { SourceRecord } from '@/lib/mappings/source';
import { valueAt } from '@/lib/mappings/target';
import { switchedUser } from './action-switches';
import { leaveDrift } from './drift';
import type { PlanContext } from './plan-context';
import { type DesiredUser, type LinkedUser, planUser, type SkipReason, type UserPlan } from './plan-user';
import { findTakenValues, type IsTaken } from './taken-values';
import type { TargetValues } from './values';

/** Who it is, beside what is wanted for them. */
export interface DesiredPerson {
  user: Person;
  desired: DesiredUser;
  /** What the mapping tables gave, with what is wrong in them; null for who has no active account. */
  mapped: { create: MapResult; update: MapResult } | null;
  /** What SelectUniqueValue would try for them. */
  unique: readonly UniqueTarget[];
}

/** What somebody is planned by. */
interface Planned {
  user: Person;
  /** Why they have no active account; undefined: they have one. */
  absent: DesiredUser | undefined;
  /** The application username; empty for who is absent. */
  name: string;
  /** What mappings read of them: of their manager, the account over there; names of their groups where a mapping reads them. */
  source: SourceRecord;
}

/**
 * What the directory implies for these people in one application, in a handful of queries however many they are.
 * @param regardless as if everybody were in scope, for showing what somebody would get
 */
export async function desiredUsers(
  context: PlanContext,
  userIds: readonly string[],
  now: Date,
  { regardless = false }: { regardless?: boolean } = {},
): Promise<Map<string, DesiredPerson>> {
  // Names of all groups of everybody cost a look at each membership.
  const readsGroups = namesProperty(context.userMappings, 'groups');
  const parts: readonly ('managerAccountId' | 'filter' | 'groupNames')[] = readsGroups
    ? ['managerAccountId', 'filter', 'groupNames']
    : ['managerAccountId', 'filter'];
  const asked = { applications: [context.application], userIds, parts };
  const standings = await readStandings(db, asked, now);
  const people = standings.map((standing): Planned => {
    const absent = regardless ? undefined : absentUser(standing);
    const source = {
      ...standingRecord(standing),
      manager: standing.managerAccountId,
      groups: readsGroups ? standing.groupNames : [],
    };
    return { user: standing.user, absent, name: absent ? '' : standing.applicationUsername, source };
  });
  const naming = usernameNaming(context.application.usernameFormat);
  const holders = await findNameHolders(
    context.application,
    people.map(({ user, name }) => ({ userId: user.id, naming, name: storedName(name) })),
  );
  const unique = new Map(people.map((person) => [person.user.id, uniqueOf(context, person, now)]));
  const isTaken = await findTakenValues(
    context,
    [...unique].map(([userId, targets]) => ({ userId, unique: targets })),
  );
  const choices = uniqueChoices(unique, isTaken);
  return new Map(
    await mapInSlices(people, (person): [string, DesiredPerson] => {
      const { user, absent, name } = person;
      if (absent) return [user.id, { user, desired: absent, mapped: null, unique: [] }];
      return [user.id, present(context, person, { conflict: conflict(name, holders.get(user.id)), choices, now })];
    }),
  );
}

function uniqueOf({ userMappings }: PlanContext, { absent, source }: Planned, now: Date): UniqueTarget[] {
  return absent ? [] : uniqueTargets({ mappings: userMappings, source, now });
}

/** What SelectUniqueValue gives to people who are planned together: none of them has their value yet. */
interface UniqueChoices {
  of(userId: string): readonly UniqueTarget[];
  isTaken: IsTaken;
  /** Nobody after this person is given what was chosen for them. */
  choose(userId: string, values: TargetValues): void;
}

function uniqueChoices(unique: ReadonlyMap<string, readonly UniqueTarget[]>, isTaken: IsTaken): UniqueChoices {
  const owners = new Map<string, string>();
  const key = (target: string, value: unknown) => JSON.stringify([target, storedName(String(value))]);
  return {
    of: (userId) => unique.get(userId) ?? [],
    isTaken: (userId, target, value) =>
      isTaken(userId, target, value) || (owners.get(key(target, value)) ?? userId) !== userId,
    choose: (userId, values) => {
      for (const { target } of unique.get(userId) ?? []) owners.set(key(target, values[target] ?? ''), userId);
    },
  };
}

function absentUser({
  absence,
  filteredOut,
  filter,
}: Standing & Pick<StandingParts, 'filter'>): DesiredUser | undefined {
  if (absence === null && filteredOut)
    return { kind: 'inactive', reason: 'filtered_out', filteredOutBy: filteredOutBy(filter) };
  if (absence === null) return undefined;
  if (absence === 'purged') return { kind: 'gone' };
  return { kind: 'inactive', reason: absence === 'not_granted' ? 'out_of_scope' : absence };
}

/** One name, one person: whoever shares one gets no account, and none is changed, until one of them has another. */
function conflict(name: string, holders: readonly NameHolder[] | undefined): SkipReason | undefined {
  if (!holders) return undefined;
  return {
    code: 'DuplicateSourceEntries',
    message: describeHolders(name, holders),
    hint: 'Give one of them another application username under Assignments.',
    others: holders.map((holder) => holder.userId),
  };
}

/** What is wanted for somebody who has an account. Pure. */
function present(
  context: PlanContext,
  { user, source }: Planned,
  { conflict: conflicting, choices, now }: { conflict: SkipReason | undefined; choices: UniqueChoices; now: Date },
): DesiredPerson {
  const mapped = (purpose: 'create' | 'update') =>
    mapObject({
      mappings: context.userMappings,
      source,
      attributes: context.userAttributes,
      purpose,
      now,
      inScope: true,
      isTaken: (target, value) => choices.isTaken(user.id, target, value),
    });
  const create = enforced(context, mapped('create'), now);
  const update = enforcedLater(context, mapped('update'), now);
  choices.choose(user.id, create.values);
  const notCreated = firstProblem(create.problems) ?? brokenRule(context, create.values);
  const notUpdated = firstProblem(update.problems);
  const desired: DesiredUser = {
    kind: 'present',
    create: withActive(create.values),
    update: withActive(update.values),
    blocked: { ...(notCreated ? { create: notCreated } : {}), ...(notUpdated ? { update: notUpdated } : {}) },
    ...(conflicting ? { conflict: conflicting } : {}),
  };
  return { user, desired, mapped: { create, update }, unique: choices.of(user.id) };
}

/** What the application's rules make of what is mapped for a new account, where they are enforced. */
function enforced(context: PlanContext, mapped: MapResult, now: Date): MapResult {
  const { values, generated } = enforceRules(context.rules, mapped.values, {
    length: context.generatedPasswordLength,
    now,
  });
  return { ...mapped, values, generated: [...mapped.generated, ...generated] };
}

/** The same of an account that is there: what a rule demands is sent along with what it follows from, but nothing is generated. */
function enforcedLater(context: PlanContext, mapped: MapResult, now: Date): MapResult {
  const rules = context.rules.filter((rule) => rule.kind === 'implies' && 'equals' in rule.then);
  return { ...mapped, values: enforceRules(rules, mapped.values, { length: 0, now }).values };
}

/**
 * {@link planUser} with the rules that look at what the account has now, such as a username that cannot change under SSO, and with
 * what the application's switches and what is chosen for drift leave out.
 */
export function planPerson(context: PlanContext, desired: DesiredUser, linked: LinkedUser): UserPlan {
  const plan = leaveDrift(context.drift, desired, linked, planByRules(context, desired, linked));
  return switchedUser(context.actions, desired, plan);
}

function planByRules(context: PlanContext, desired: DesiredUser, linked: LinkedUser): UserPlan {
  if (desired.kind !== 'present' || linked.kind !== 'account' || desired.blocked.update)
    return planUser(desired, linked);
  const update = brokenRule(context, desired.update, linked.sent ?? linked.current ?? {});
  return planUser(update ? { ...desired, blocked: { update } } : desired, linked);
}

/** An account in scope is active unless a mapping says otherwise. */
function withActive(values: TargetValues): TargetValues {
  return valueAt(values, 'active') === undefined ? { ...values, active: true } : values;
}

function firstProblem(problems: readonly { target: string; message: string }[]): SkipReason | undefined {
  const [problem] = problems;
  if (!problem) return undefined;
  return {
    code: 'MandatoryFieldsMissing',
    message: `${problem.target}: ${problem.message}`,
    hint: 'Fill in the property on the person, or change the mapping.',
  };
}

function brokenRule(context: PlanContext, values: TargetValues, linked?: TargetValues): SkipReason | undefined {
  const broken = brokenRules(context, values, linked).find((finding) => finding.severity === 'error');
  return broken && { code: 'ApplicationRule', message: broken.message, hint: broken.fix };
}

/** The application's rules that these values break. @param linked what the account has; absent: there is none */
export function brokenRules(context: PlanContext, values: TargetValues, linked?: TargetValues): RuleViolation[] {
  return checkRules(context.rules, values, {
    ssoActive: context.application.ssoActive,
    attributes: context.userAttributes,
    ...(linked ? { linked } : {}),
  });
}
