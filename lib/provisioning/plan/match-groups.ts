import { db } from '@/lib/db/client';
import { valueAt } from '@/lib/mappings/target';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { PlanContext } from './plan-context';
import type { SkipReason } from './plan-user';
import type { TargetValues } from './values';

/** What looking for a group by its matching attributes gave. */
export type GroupMatch =
  | { kind: 'none' }
  | { kind: 'group'; remoteId: string }
  | { kind: 'ambiguous'; reason: SkipReason };

/** Looks one group up among those that were read. What was read of groups is their name: other attributes are not found by it. */
export function matchGroupInSnapshot(context: PlanContext, values: TargetValues): Promise<GroupMatch> {
  return firstMatch<never>(context, values, async (target, value) => {
    if (target !== 'displayName') return [];
    const known = await db.remoteGroup.findMany({
      where: { applicationId: context.application.id, displayName: { equals: value, mode: 'insensitive' } },
      select: { remoteId: true },
    });
    return known.map((group) => group.remoteId);
  });
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
