import { db } from '@/lib/db/client';
import type { ScimResource } from '@/lib/scim/path';
import { matchKey } from '../store-accounts';
import type { PlanContext } from './plan-context';
import type { SkipReason } from './plan-user';
import type { TargetValues } from './values';

/** What looking for somebody's account among those known gave. */
export type Match =
  | { kind: 'none' }
  | { kind: 'account'; remoteId: string; resource: ScimResource }
  | { kind: 'ambiguous'; reason: SkipReason };

export type Candidates = { remoteId: string; resource: ScimResource }[];

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

function keyOf(target: string, values: TargetValues): string[] {
  const value = values[target];
  return value === undefined || value === null || value === '' ? [] : [matchKey(target, value)];
}

/** Stops at the first precedence that gives exactly one hit. */
export function decide(targets: readonly string[], candidates: readonly Candidates[]): Match {
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
export async function refuseTaken(context: PlanContext, matches: Map<string, Match>): Promise<Map<string, Match>> {
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
