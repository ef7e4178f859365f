import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { readPath } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { firstMatch, type GroupMatch, matchGroupsInSnapshot } from '../../plan/match-groups';
import type { TargetValues } from '../../plan/values';

type Failed = { kind: 'failed'; failure: ScimFailure };

/**
 * Looks one group up over there: one request for each matching attribute until one gives exactly one group. Where the
 * application cannot be searched, among the groups that were read.
 */
export async function matchGroup(
  connection: Connection,
  { groupId, values }: { groupId: string; values: TargetValues },
): Promise<GroupMatch | Failed> {
  if (!connection.capabilities.filter) {
    const known = await matchGroupsInSnapshot(connection, [{ groupId, values }]);
    return known.get(groupId) ?? { kind: 'none' };
  }
  return firstMatch<Failed>(connection, values, async (target, value) => {
    const result = await connection.client.listGroups({ filter: eqFilter(target, value), count: 2 });
    if (!result.ok) return { kind: 'failed', failure: result.failure };
    // A server that ignores the filter answers with any: only what really has the value counts.
    const found = result.value.resources.filter((group) => isSame(readPath(group, target), value));
    return found.flatMap((group) => (typeof group.id === 'string' ? [group.id] : []));
  });
}

function isSame(there: unknown, value: string): boolean {
  return there !== undefined && there !== null && String(there).toLowerCase() === value.toLowerCase();
}
