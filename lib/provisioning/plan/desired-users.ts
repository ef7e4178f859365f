import { applicationUsername } from '@/lib/applications/application-username';
import { usernameNaming } from '@/lib/applications/naming';
import { userRecord } from '@/lib/applications/source-record';
import { describeHolders, findNameHolders, type NameHolder } from '@/lib/applications/username-conflicts';
import { storedName } from '@/lib/core/fold-name';
import type { User } from '@/lib/db/generated/client';
import { type MapResult, mapObject, type UniqueTarget, uniqueTargets } from '@/lib/mappings/map';
import { checkRules, type RuleViolation } from '@/lib/mappings/rules';
import type { SourceRecord } from '@/lib/mappings/source';
import { valueAt } from '@/lib/mappings/target';
import { readPeople } from '../internal/read-people';
import type { PlanContext } from './plan-context';
import { type DesiredUser, type LinkedUser, planUser, type SkipReason, type UserPlan } from './plan-user';
import { findTakenValues, type IsTaken } from './taken-values';
import type { TargetValues } from './values';

/** Who it is, beside what is wanted for them. */
export interface DesiredPerson {
  user: User;
  desired: DesiredUser;
  /** What the mapping tables gave, with what is wrong in them; null for who has no active account. */
  mapped: { create: MapResult; update: MapResult } | null;
  /** What SelectUniqueValue would try for them. */
  unique: readonly UniqueTarget[];
}

/** What is known of one person's place in an application. */
interface Standing {
  user: User;
  absent: DesiredUser | undefined;
  /** The application username; empty for who is absent. */
  name: string;
  /** The manager's account over there: what a mapping of the manager sends. */
  managerAccountId: string | null;
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
  const applicationId = context.application.id;
  const { usernameFormat } = context.application;
  const people = await readPeople(applicationId, userIds);
  const standings = people.map(({ user, granted, typed, managerAccountId }): Standing => {
    const absent = regardless ? undefined : absence(user, granted);
    const name = absent ? '' : applicationUsername(usernameFormat, userRecord(user, user.username, true), typed, now);
    return { user, absent, name, managerAccountId };
  });
  const naming = usernameNaming(usernameFormat);
  const holders = await findNameHolders(
    context.application,
    standings.map(({ user, name }) => ({ userId: user.id, naming, name: storedName(name) })),
  );
  const unique = new Map(standings.map((standing) => [standing.user.id, uniqueOf(context, standing, now)]));
  const isTaken = await findTakenValues(
    context,
    [...unique].map(([userId, targets]) => ({ userId, unique: targets })),
  );
  const choices = uniqueChoices(unique, isTaken);
  return new Map(
    standings.map((standing) => {
      const { user, absent, name } = standing;
      if (absent) return [user.id, { user, desired: absent, mapped: null, unique: [] }];
      return [user.id, present(context, standing, { conflict: conflict(name, holders.get(user.id)), choices, now })];
    }),
  );
}

function uniqueOf({ userMappings }: PlanContext, standing: Standing, now: Date): UniqueTarget[] {
  return standing.absent ? [] : uniqueTargets({ mappings: userMappings, source: sourceOf(standing), now });
}

/** What mappings read of somebody who has an account. */
function sourceOf({ user, name, managerAccountId }: Standing): SourceRecord {
  return { ...userRecord(user, name, user.status === 'active' && !user.deletedAt), manager: managerAccountId };
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

/** Why somebody has no active account; undefined: they have one. */
function absence(user: User, granted: boolean): DesiredUser | undefined {
  if (user.purgedAt) return { kind: 'gone' };
  if (user.deletedAt) return { kind: 'inactive', reason: 'deleted' };
  if (user.status === 'suspended') return { kind: 'inactive', reason: 'suspended' };
  return granted ? undefined : { kind: 'inactive', reason: 'out_of_scope' };
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
  standing: Standing,
  { conflict: conflicting, choices, now }: { conflict: SkipReason | undefined; choices: UniqueChoices; now: Date },
): DesiredPerson {
  const { user } = standing;
  const source = sourceOf(standing);
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
  const [create, update] = [mapped('create'), mapped('update')];
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

/** {@link planUser} with the rules that look at what the account has now, such as a username that cannot change under SSO. */
export function planPerson(context: PlanContext, desired: DesiredUser, linked: LinkedUser): UserPlan {
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
