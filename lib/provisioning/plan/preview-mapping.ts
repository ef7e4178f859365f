import { getTemplate } from '@/lib/applications/catalogue/templates';
import type { MappingDraft } from '@/lib/applications/schema';
import { listTargetAttributes } from '@/lib/applications/target-attributes';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { MapProblem } from '@/lib/mappings/map';
import { buildResource } from '@/lib/mappings/resource';
import type { RuleViolation } from '@/lib/mappings/rules';
import type { AttributeMapping, ObjectType } from '@/lib/mappings/schema';
import type { Value } from '@/lib/mappings/value';
import { parseScimPath, ScimPathError, type ScimResource } from '@/lib/scim/path';
import { brokenRules, desiredUsers } from './desired-users';
import { shownValues } from './hide-values';
import { nextGroupStep } from './next-group-step';
import { type NextStep, nextStep } from './next-step';
import { listMappings, type PlanContext, planContext } from './plan-context';
import { planGroups, readGroups } from './plan-group-links';
import { shownGroupPlan } from './preview-group';
import { planPeople, resourceOf, shownPlan } from './preview-person';
import type { ShownRequest } from './user-request';

export interface MappingPreview {
  name: string;
  /** Somebody who is out of scope gets no account; the values are shown all the same. */
  inScope: boolean;
  /** Target as written in the mapping → its value, for each that has one: what a new account would be created with. */
  values: Record<string, Value>;
  /** The same as a SCIM resource. */
  body: ScimResource;
  /** As the application had it when it was last read; null where no account is known. */
  current: ScimResource | null;
  /** What would happen next by these mappings, with what would change. */
  next: NextStep | null;
  /** What would be sent for it, exactly, of a group first; null where nothing would be. */
  request: ShownRequest | null;
  problems: MapProblem[];
  violations: RuleViolation[];
}

const schemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
} as const;

/**
 * What a mapping table, saved or not, gives for one person or group: planned and put into a request by the functions that
 * the engine calls.
 * @throws AppError `not_found`, `conflict` where the application has no provisioning
 */
export async function previewMapping(input: {
  applicationId: string;
  objectType: ObjectType;
  subjectId: string;
  mappings: readonly MappingDraft[];
}): Promise<MappingPreview> {
  const { objectType, subjectId } = input;
  const { asIf } = await contextAsIf(input);
  return objectType === 'user' ? ofPerson(asIf, subjectId) : ofGroup(asIf, subjectId);
}

/**
 * What an application is planned by now, and what it would be with these rows instead of one of its tables.
 * @throws AppError `not_found`, `conflict` where the application has no provisioning
 */
export async function contextAsIf(input: {
  applicationId: string;
  objectType: ObjectType;
  mappings: readonly MappingDraft[];
}): Promise<{ now: PlanContext; asIf: PlanContext }> {
  const { applicationId, objectType } = input;
  const row = await db.application.findUnique({ where: { id: applicationId }, include: { integration: true } });
  if (!row) throw new AppError('not_found', 'This application does not exist any more.');
  if (!getTemplate(row.templateId).scim) {
    throw new AppError('conflict', `${row.displayLabel} has no Identity Management.`);
  }
  const [mappings, attributes] = await Promise.all([listMappings(applicationId), listTargetAttributes(row)]);
  const others = mappings.filter((mapping) => mapping.objectType !== objectType);
  const drafts = input.mappings.map((draft, position): AttributeMapping => ({ ...draft, objectType, position }));
  return {
    now: planContext(row, mappings, attributes),
    // A target that is no path is a problem of its own, shown at its row: the rest is still previewed.
    asIf: planContext(row, [...others, ...drafts.filter((draft) => isPath(draft.target))], attributes),
  };
}

function isPath(target: string): boolean {
  try {
    return Boolean(parseScimPath(target));
  } catch (error) {
    if (error instanceof ScimPathError) return false;
    throw error;
  }
}

async function ofPerson(context: PlanContext, userId: string): Promise<MappingPreview> {
  const [entry] = await planPeople(context, [userId]);
  const mapped = entry?.person.mapped ?? (await mappedRegardless(context, userId));
  if (!entry || !mapped) throw new AppError('not_found', 'This person is not in the directory.');
  const { create, update } = mapped;
  const { person, linked } = entry;
  const values = shownValues(create.values, create);
  const account = linked.kind === 'account' ? linked : undefined;
  const plan = shownPlan(context, entry);
  return {
    name: person.user.displayName,
    inScope: person.desired.kind === 'present',
    values,
    body: buildResource(values, [schemas.user]),
    current: resourceOf(entry),
    next: nextStep(plan),
    request: plan.request,
    problems: account ? update.problems : create.problems,
    violations: account
      ? brokenRules(context, update.values, account.sent ?? account.current ?? {})
      : brokenRules(context, create.values),
  };
}

/** What the tables would give to somebody who has no active account. */
async function mappedRegardless(context: PlanContext, userId: string) {
  const people = await desiredUsers(context, [userId], now(), { regardless: true });
  return people.get(userId)?.mapped;
}

async function ofGroup(context: PlanContext, groupId: string): Promise<MappingPreview> {
  const row = await db.group.findUnique({ where: { id: groupId } });
  if (!row || row.deletedAt) throw new AppError('not_found', 'This user group does not exist any more.');
  const [entry] = await planGroups(context, [groupId]);
  if (!entry) throw new AppError('not_found', 'This user group does not exist any more.');
  const { membership, found } = entry;
  const { create, update } = membership.mapped;
  const remote = (await readGroups(context, [found.remoteId])).get(found.remoteId ?? '');
  const plan = shownGroupPlan(context, entry);
  const values = shownValues(create.values, create);
  return {
    name: row.name,
    inScope: membership.desired.kind === 'present',
    values,
    body: buildResource(values, [schemas.group]),
    current: remote ? { id: remote.remoteId, displayName: remote.displayName, members: remote.memberIds.length } : null,
    next: nextGroupStep(plan),
    request: plan.request,
    problems: plan.action === 'update' ? update.problems : create.problems,
    violations: [],
  };
}
