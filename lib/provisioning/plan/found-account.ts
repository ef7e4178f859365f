import { isSameName } from '@/lib/applications/naming-rule';
import { targetKey, valueAt } from '@/lib/mappings/target';
import type { Value } from '@/lib/mappings/value';
import { readPath, type ScimResource } from '@/lib/scim/path';
import { normalisedTargets } from '../server-profile';
import { type DesiredPerson, planPerson } from './desired-users';
import type { Match } from './match-accounts';
import type { PlanContext } from './plan-context';
import type { LinkedUser } from './plan-user';
import type { TargetValues } from './values';

type Found = Extract<Match, { kind: 'account' }>;

/**
 * An account that was found by a matching attribute, as something to plan with. One that is called otherwise than the
 * person's would be, and keeps its name, is a conflict: the person would sign in by the one name and have the account by the
 * other. Where the mapping sends the name, it is renamed, and the two agree.
 */
export function foundAccount(context: PlanContext, person: DesiredPerson, { resource }: Found): LinkedUser {
  const current = valuesOf(context, resource);
  const normalised = normalisedTargets(context.capabilities);
  const linked: LinkedUser = { kind: 'account', deactivated: false, sent: null, current, settled: null, normalised };
  const { user, desired } = person;
  if (desired.kind !== 'present') return linked;
  const [wanted, there] = [textOf(valueAt(desired.create, 'userName')), textOf(readPath(resource, 'userName'))];
  if (wanted === '' || isSameName(wanted, there) || mayBeCalled(person, there)) return linked;
  const plan = planPerson(context, desired, linked);
  if (plan.action === 'update' && valueAt(plan.changes, 'userName') !== undefined) return linked;
  return {
    kind: 'ambiguous',
    reason: {
      code: 'UsernameDiffers',
      message: `The account that matches is called “${there}”, and ${user.displayName} would be “${wanted}” there.`,
      hint: 'If it is theirs: give them its name under Assignments, or rename it in the application. If not, match by another attribute.',
    },
  };
}

/** Of several names that an account of theirs may have, it has another than a new one would get: this very one is taken by it. */
function mayBeCalled({ unique }: DesiredPerson, name: string): boolean {
  const names = unique.filter(({ target }) => targetKey(target) === 'username');
  return names.some(({ candidates }) => candidates.some((candidate) => isSameName(candidate, name)));
}

/** The mapped attributes of an account, by target path. */
export function valuesOf(context: PlanContext, resource: ScimResource): TargetValues {
  const targets = new Set([...context.userMappings.map((mapping) => mapping.target), 'active']);
  // What a server answers is as odd as it likes: it is only ever compared.
  return Object.fromEntries([...targets].map((target) => [target, (readPath(resource, target) ?? null) as Value]));
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
