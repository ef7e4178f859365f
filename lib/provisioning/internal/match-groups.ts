import { db } from '@/lib/db/client';
import { valueAt } from '@/lib/mappings/target';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import type { PlanContext } from '../plan-context';
import type { SkipReason } from '../plan-user';
import type { TargetValues } from '../values';

/** What looking for a group by its matching attributes gave. */
export type GroupMatch =
  | { kind: 'none' }
  | { kind: 'group'; remoteId: string }
  | { kind: 'ambiguous'; reason: SkipReason }
  | { kind: 'failed'; failure: ScimFailure };

/**
 * Looks one group up over there: one request for each matching attribute until one gives exactly one group. Where the
 * application cannot be searched, among the groups that were read.
 */
export async function matchGroup(connection: Connection, values: TargetValues): Promise<GroupMatch> {
  if (!connection.capabilities.filter) return matchGroupInSnapshot(connection, values);
  return firstMatch(connection, values, async (target, value) => {
    const result = await connection.client.listGroups({ filter: eqFilter(target, value), count: 2 });
    if (!result.ok) return result;
    // A server that ignores the filter answers with any: only what really has the value counts.
    const found = result.value.resources.filter((group) => isSame(readPath(group, target), value));
    return { ok: true, ids: found.flatMap((group) => (typeof group.id === 'string' ? [group.id] : [])) };
  });
}

/** The same without a request. What was read of groups is their name: other attributes are not found by it. */
export function matchGroupInSnapshot(context: PlanContext, values: TargetValues): Promise<GroupMatch> {
  return firstMatch(context, values, async (target, value) => {
    if (target !== 'displayName') return { ok: true, ids: [] };
    const known = await db.remoteGroup.findMany({
      where: { applicationId: context.application.id, displayName: { equals: value, mode: 'insensitive' } },
      select: { remoteId: true },
    });
    return { ok: true, ids: known.map((group) => group.remoteId) };
  });
}

type Lookup = (
  target: string,
  value: string,
) => Promise<{ ok: true; ids: string[] } | { ok: false; failure: ScimFailure }>;

/** Stops at the first precedence that gives exactly one hit. */
async function firstMatch(context: PlanContext, values: TargetValues, lookUp: Lookup): Promise<GroupMatch> {
  let several: SkipReason | undefined;
  for (const target of context.groupMatchTargets) {
    const value = valueAt(values, target);
    if (value === undefined || value === null || value === '') continue;
    const found = await lookUp(target, String(value));
    if (!found.ok) return { kind: 'failed', failure: found.failure };
    const [first] = found.ids;
    if (first !== undefined && found.ids.length === 1) return { kind: 'group', remoteId: first };
    if (first !== undefined) {
      const words = target === 'displayName' ? `are named ${value}` : `have the same ${target}, ${value}`;
      several ??= {
        code: 'DuplicateTargetEntries',
        message: `${found.ids.length} groups in the application ${words}.`,
      };
    }
  }
  return several ? { kind: 'ambiguous', reason: several } : { kind: 'none' };
}

function isSame(there: unknown, value: string): boolean {
  return there !== undefined && there !== null && String(there).toLowerCase() === value.toLowerCase();
}

/** The mapped attributes of a group, by target path. */
export function groupValues(context: PlanContext, resource: ScimResource): TargetValues {
  const targets = context.groupMappings.map((mapping) => mapping.target);
  return Object.fromEntries(
    targets.map((target) => [target, (readPath(resource, target) ?? null) as TargetValues[string]]),
  );
}
