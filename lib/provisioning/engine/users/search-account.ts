import { db } from '@/lib/db/client';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { lessonOf, taughtBy } from '@/lib/scim/lesson';
import type { ListPage } from '@/lib/scim/list-response';
import { readPath } from '@/lib/scim/path';
import { otherCase } from '@/lib/scim/prove-search';
import type { Connection } from '../../connection';
import { type Candidates, decide, type Match, refuseTaken } from '../../plan/match-accounts';
import { sameValue, type TargetValues } from '../../plan/values';

/** What looking for somebody's account over there gave. */
export type Search =
  | Match
  | { kind: 'failed'; failure: ScimFailure }
  /** The server cannot be searched, or not so that what it does not find is not there. */
  | { kind: 'unsearchable' };

/** So many searches in a row that a server answers by an error of its own say that it cannot be searched. */
const mostFailures = 3;
/** Per application, for the life of the process. */
const failuresInARow = new Map<string, number>();
const proven = new Set<string>();

/** Looks one person up over there: one request for each matching attribute until one gives exactly one account. */
export async function matchBySearch(connection: Connection, userId: string, values: TargetValues): Promise<Search> {
  const { client, application } = connection;
  const candidates: Candidates[] = [];
  for (const target of connection.matchTargets) {
    if (!connection.capabilities.filter || !client.capabilities.filter) return { kind: 'unsearchable' };
    const value = values[target];
    if (value === undefined || value === null || value === '') {
      candidates.push([]);
      continue;
    }
    const result = await client.listUsers({ filter: eqFilter(target, String(value)), count: 2 });
    if (!result.ok) {
      if (!isNoSearch(application.id, result.failure)) return { kind: 'failed', failure: result.failure };
      await client.learn({ filter: false }, lessonOf(result.failure));
      return { kind: 'unsearchable' };
    }
    failuresInARow.delete(application.id);
    const found = withValue(result.value, target, value);
    // Somebody else was found, and not who was asked for: the filter is ignored, or means something else.
    if (found.length === 0 && isAboutOthers(result.value, value)) {
      await client.learn({ filter: false }, taughtBy(result, `A search for ${target} found somebody else`));
      return { kind: 'unsearchable' };
    }
    candidates.push(found.map((resource) => ({ remoteId: String(resource.id), resource })));
    if (found.length === 1) break;
  }
  const match = decide(connection.matchTargets, candidates);
  return (await refuseTaken(connection, new Map([[userId, match]]))).get(userId) ?? match;
}

/**
 * Whether a search finds an account that is known to be there, in other letters: asked once before something is done twice because a
 * search has found nothing. Where no account is old enough to be found, nothing is proven and nothing refuted.
 */
export async function isSearchProven({ client, application }: Connection): Promise<boolean> {
  if (proven.has(application.id)) return true;
  const known = await db.userLink.findFirst({
    where: {
      ...{ applicationId: application.id, state: 'provisioned', accountName: { not: null } },
      OR: [{ lastChangeAt: null }, { lastChangeAt: { lt: new Date(Date.now() - 60_000) } }],
    },
    select: { remoteId: true, accountName: true },
  });
  if (!known?.accountName) return true;
  const result = await client.listUsers({ filter: eqFilter('userName', otherCase(known.accountName)), count: 2 });
  if (!result.ok) return true;
  const isFound = result.value.resources.some(({ id }) => id === known.remoteId);
  if (isFound) proven.add(application.id);
  else await client.learn({ filter: false }, taughtBy(result, 'A search did not find an account that is there'));
  return isFound;
}

/** A server that ignores the filter answers with anybody: only what really has the value counts. */
function withValue({ resources }: ListPage, target: string, value: unknown) {
  return resources.filter((resource) => {
    const there = readPath(resource, target);
    return typeof resource.id === 'string' && sameValue(String(there).toLowerCase(), String(value).toLowerCase());
  });
}

function isAboutOthers({ resources }: ListPage, value: unknown): boolean {
  const sought = JSON.stringify(String(value)).toLowerCase();
  return resources.length > 0 && resources.every((one) => !JSON.stringify(one).toLowerCase().includes(sought));
}

/** Whether the server refuses to be searched: once where it says so itself, after some where it fails. */
function isNoSearch(applicationId: string, { kind, status, retryAfterMs }: ScimFailure): boolean {
  if (kind === 'invalid') return true;
  if (kind !== 'unavailable' || status === undefined || retryAfterMs !== undefined) return false;
  const failures = (failuresInARow.get(applicationId) ?? 0) + 1;
  failuresInARow.set(applicationId, failures);
  return failures >= mostFailures;
}
