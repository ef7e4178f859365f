import { db } from '@/lib/db/client';
import { valueAt } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import { findKeptGroups } from '../kept-groups';
import type { PlanContext } from './plan-context';
import type { SkipReason } from './plan-user';
import { sameValue, type TargetValues } from './values';

/** What looking for a group by its matching attributes gave. */
export type GroupMatch =
  | { kind: 'none' }
  | { kind: 'group'; remoteId: string }
  | { kind: 'ambiguous'; reason: SkipReason };

/**
 * Looks groups up among those that were read: two statements, however many. What was read of groups is their name: other attributes
 * are not found by it. @param sought by the ids of our groups
 */
export async function matchGroupsInSnapshot(
  context: PlanContext,
  sought: readonly { groupId: string; values: TargetValues }[],
): Promise<Map<string, GroupMatch>> {
  const applicationId = context.application.id;
  const names = sought.flatMap(({ values }) => valueAt(values, 'displayName') ?? []).map(nameKey);
  const known = names.length === 0 ? [] : await groupsCalled(applicationId, names);
  const matches = new Map<string, GroupMatch>();
  for (const { groupId, values } of sought) {
    const match = await firstMatch<never>(context, values, async (target, value) =>
      target === 'displayName'
        ? known.filter(({ name }) => name === nameKey(value)).map(({ remoteId }) => remoteId)
        : [],
    );
    matches.set(groupId, match);
  }
  return refuseTaken(applicationId, matches);
}

const nameKey = (name: unknown) => String(name).toLowerCase();

async function groupsCalled(applicationId: string, names: readonly string[]) {
  const rows = await db.$queryRaw<{ remoteId: string; displayName: string }[]>`
    SELECT remote_id AS "remoteId", display_name AS "displayName" FROM remote_groups
    WHERE application_id = ${applicationId}::uuid AND lower(display_name) = ANY (${[...names]})`;
  return rows.map(({ remoteId, displayName }) => ({ remoteId, name: nameKey(displayName) }));
}

/** A group that is another one's of ours already is nobody's match. */
async function refuseTaken(applicationId: string, matches: Map<string, GroupMatch>): Promise<Map<string, GroupMatch>> {
  const remoteIds = [...matches.values()].flatMap((match) => (match.kind === 'group' ? [match.remoteId] : []));
  if (remoteIds.length === 0) return matches;
  const links = await db.groupLink.findMany({
    where: { applicationId, remoteId: { in: remoteIds } },
    select: { remoteId: true, groupId: true, group: { select: { name: true } } },
  });
  for (const [groupId, match] of matches) {
    const owner = match.kind === 'group' && links.find((link) => link.remoteId === match.remoteId);
    if (!owner || owner.groupId === groupId) continue;
    matches.set(groupId, { kind: 'ambiguous', reason: takenGroup(`linked to ${owner.group.name}`) });
  }
  const kept = await findKeptGroups(db, applicationId, remoteIds);
  for (const [groupId, match] of matches) {
    if (match.kind === 'group' && kept.has(match.remoteId))
      matches.set(groupId, { kind: 'ambiguous', reason: keptGroup });
  }
  return matches;
}

/** A user group is called as a group of the application that is kept here: which of the two is meant, somebody has to say. */
export const keptGroup = takenGroup(
  'kept here as a group of the application, which is never pushed back. Turn it into a group of the directory, or rename one of the two',
);

/** @param whose in words */
export function takenGroup(whose: string): SkipReason {
  return { code: 'DuplicateSourceEntries', message: `The group that matches is ${whose}.` };
}

/** The ids of those that have the value, or what ends the search. */
type LookUp<Stop> = (target: string, value: string) => Promise<string[] | Stop>;

/** Stops at the first precedence that gives exactly one hit. */
export async function firstMatch<Stop extends object>(
  context: PlanContext,
  values: TargetValues,
  lookUp: LookUp<Stop>,
): Promise<GroupMatch | Stop> {
  let several: SkipReason | undefined;
  for (const target of context.groupMatchTargets) {
    const value = valueAt(values, target);
    if (value === undefined || value === null || value === '') continue;
    const found = await lookUp(target, String(value));
    if (!Array.isArray(found)) return found;
    const [first] = found;
    if (first !== undefined && found.length === 1) return { kind: 'group', remoteId: first };
    if (first !== undefined) {
      const words = target === 'displayName' ? `are named ${value}` : `have the same ${target}, ${value}`;
      several ??= {
        code: 'DuplicateTargetEntries',
        message: `${found.length} groups in the application ${words}.`,
      };
    }
  }
  return several ? { kind: 'ambiguous', reason: several } : { kind: 'none' };
}

/** The mapped attributes of a group, by target path. */
export function groupValues(context: PlanContext, resource: ScimResource): TargetValues {
  const targets = context.groupMappings.map((mapping) => mapping.target);
  return Object.fromEntries(
    targets.map((target) => [target, (readPath(resource, target) ?? null) as TargetValues[string]]),
  );
}

/** Whether a group is not as it was sent. What an application does not tell of its groups would be sent in every cycle, for ever. */
export function isDrifted(sent: TargetValues, there: TargetValues): boolean {
  return Object.entries(sent).some(([target, value]) => {
    const now = valueAt(there, target);
    return now !== undefined && now !== null && !sameValue(now, value);
  });
}
