import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { readPath } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { type Candidates, decide, type Match, refuseTaken } from '../../plan/match-accounts';
import { sameValue, type TargetValues } from '../../plan/values';

/** What looking for somebody's account over there gave. */
export type Search =
  | Match
  | { kind: 'failed'; failure: ScimFailure }
  /** The server cannot be searched. */
  | { kind: 'unsearchable' };

/** Looks one person up over there: one request for each matching attribute until one gives exactly one account. */
export async function matchBySearch(connection: Connection, userId: string, values: TargetValues): Promise<Search> {
  if (!connection.capabilities.filter) return { kind: 'unsearchable' };
  const candidates: Candidates[] = [];
  for (const target of connection.matchTargets) {
    const value = values[target];
    if (value === undefined || value === null || value === '') {
      candidates.push([]);
      continue;
    }
    const result = await connection.client.listUsers({ filter: eqFilter(target, String(value)), count: 2 });
    if (!result.ok) return { kind: 'failed', failure: result.failure };
    // A server that ignores the filter answers with anybody: only what really has the value counts.
    const found = result.value.resources.filter((resource) => {
      const there = readPath(resource, target);
      return typeof resource.id === 'string' && sameValue(String(there).toLowerCase(), String(value).toLowerCase());
    });
    candidates.push(found.map((resource) => ({ remoteId: String(resource.id), resource })));
    if (found.length === 1) break;
  }
  const match = decide(connection.matchTargets, candidates);
  return (await refuseTaken(connection, new Map([[userId, match]]))).get(userId) ?? match;
}
