import { db } from '@/lib/db/client';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import type { PlanContext } from '../../plan-context';
import type { SkipReason } from '../../plan-user';
import { matchKey } from '../../store-accounts';
import { sameValue, type TargetValues } from '../../values';

/** What looking for somebody's account gave. */
export type Match =
  | { kind: 'none' }
  | { kind: 'account'; remoteId: string; resource: ScimResource }
  | { kind: 'ambiguous'; reason: SkipReason }
  | { kind: 'failed'; failure: ScimFailure }
  /** The server cannot be searched, and nothing was read of it. */
  | { kind: 'unsearchable' };

type Candidates = { remoteId: string; resource: ScimResource }[];

/** Looks several people up among the accounts read by page: one query, no request. */
export async function matchInSnapshot(
  context: PlanContext,
  people: readonly { userId: string; values: TargetValues }[],
): Promise<Map<string, Match>> {
  const keys = people.flatMap(({ values }) => context.matchTargets.flatMap((target) => keyOf(target, values)));
  if (keys.length === 0) return new Map(people.map(({ userId }) => [userId, { kind: 'none' }]));
  const accounts = await db.remoteAccount.findMany({
    where: { applicationId: context.application.id, matchKeys: { hasSome: keys } },
  });
  const byKey = new Map<string, Candidates>();
  for (const account of accounts) {
    for (const key of account.matchKeys) {
      const found = byKey.get(key) ?? [];
      byKey.set(key, [...found, { remoteId: account.remoteId, resource: account.resource as ScimResource }]);
    }
  }
  const matches = people.map(({ userId, values }): [string, Match] => {
    const candidates = context.matchTargets.map((target) =>
      keyOf(target, values).flatMap((key) => byKey.get(key) ?? []),
    );
    return [userId, decide(context.matchTargets, candidates)];
  });
  return refuseTaken(context, new Map(matches));
}

/** Looks one person up over there: one request for each matching attribute until one gives exactly one account. */
export async function matchBySearch(connection: Connection, userId: string, values: TargetValues): Promise<Match> {
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

function keyOf(target: string, values: TargetValues): string[] {
  const value = values[target];
  return value === undefined || value === null || value === '' ? [] : [matchKey(target, value)];
}

/** Stops at the first precedence that gives exactly one hit. */
function decide(targets: readonly string[], candidates: readonly Candidates[]): Match {
  const single = candidates.find((found) => found.length === 1)?.[0];
  if (single) return { kind: 'account', ...single };
  const several = candidates.findIndex((found) => found.length > 1);
  if (several === -1) return { kind: 'none' };
  return {
    kind: 'ambiguous',
    reason: {
      code: 'DuplicateTargetEntries',
      message: `${candidates[several]?.length} accounts in the application have the same ${targets[several]}.`,
      hint: 'Remove or change the extra account in the application, or match by another attribute.',
    },
  };
}

/** An account that is somebody else's already is nobody's match. */
async function refuseTaken(context: PlanContext, matches: Map<string, Match>): Promise<Map<string, Match>> {
  const remoteIds = [...matches.values()].flatMap((match) => (match.kind === 'account' ? [match.remoteId] : []));
  if (remoteIds.length === 0) return matches;
  const links = await db.userLink.findMany({
    where: { applicationId: context.application.id, remoteId: { in: remoteIds } },
    select: { remoteId: true, userId: true, user: { select: { displayName: true } } },
  });
  const owners = new Map(links.map((link) => [link.remoteId, link]));
  const firstFor = new Map<string, string>();
  for (const [userId, match] of matches) {
    if (match.kind !== 'account') continue;
    const owner = owners.get(match.remoteId);
    const rival = firstFor.get(match.remoteId);
    firstFor.set(match.remoteId, userId);
    if ((owner && owner.userId !== userId) || rival) {
      const whose = owner ? `linked to ${owner.user.displayName}` : 'the match of another person too';
      matches.set(userId, { kind: 'ambiguous', reason: takenAccount(whose, owner?.userId ?? rival ?? '') });
    }
  }
  return matches;
}

/** @param whose in words @param other whose account it is, or is about to be */
export function takenAccount(whose: string, other: string): SkipReason {
  return {
    code: 'DuplicateSourceEntries',
    message: `The account that matches is ${whose}.`,
    hint: 'Give one of the two people another application username.',
    others: [other],
  };
}
