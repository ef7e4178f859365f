import { eachPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import { lessonOf, taughtBy } from '@/lib/scim/lesson';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { findReading } from '../../cycles/reading';
import { firstMatch, type GroupMatch, matchGroupsInSnapshot } from '../../plan/match-groups';
import type { TargetValues } from '../../plan/values';

interface Failed {
  kind: 'failed';
  failure: ScimFailure;
}

interface Sought {
  groupId: string;
  values: TargetValues;
  /** It may have been created since the groups were read, because the answer was lost: then they are read again. */
  lost: boolean;
  /** The application says that there is one: what a search does not find is looked for in the list. */
  refused: boolean;
}

/**
 * Looks one group up over there: one request for each matching attribute until one gives exactly one group. Where the
 * application cannot be searched, among the groups that were read.
 */
export async function matchGroup(
  connection: Connection,
  { groupId, values, lost, refused }: Sought,
): Promise<GroupMatch | Failed> {
  const { capabilities, client, listsByHand } = connection;
  const isSearchable = () => capabilities.filter && client.capabilities.filter;
  if (!isSearchable() && !lost && !refused) {
    const known = (await matchGroupsInSnapshot(connection, [{ groupId, values }])).get(groupId);
    // That there is none is told by a list that shows everything.
    const isWhole = listsByHand ?? (await findReading(connection))?.isWholeOfGroups ?? false;
    if (isWhole || (known && known.kind !== 'none')) return known ?? { kind: 'none' };
  }
  return firstMatch<Failed>(connection, values, async (target, value) => {
    const isMeant = (group: ScimResource) => isSame(readPath(group, target), value);
    if (!isSearchable()) return readThrough(connection, isMeant);
    const result = await client.listGroups({ filter: eqFilter(target, value), count: 2 });
    if (!result.ok && result.failure.kind !== 'invalid') return { kind: 'failed', failure: result.failure };
    // A server that ignores the filter answers with any: only what really has the value counts.
    const found = result.ok ? idsOf(result.value.resources.filter(isMeant)) : [];
    const isOdd = !result.ok || (found.length === 0 && result.value.resources.length > 0);
    if (found.length > 0 || !(refused || isOdd)) return found;
    const listed = await readThrough(connection, isMeant);
    if (isOdd || (Array.isArray(listed) && listed.length > 0)) {
      const lesson = result.ok
        ? taughtBy(result, 'A search did not find a group that is there')
        : lessonOf(result.failure);
      await client.learn({ filter: false }, lesson);
    }
    // What is refused makes no second one, whatever is tried.
    return Array.isArray(listed) || !refused ? listed : [];
  });
}

/** The whole list, because nothing else tells. One that is not complete tells nothing: it is read again later. */
async function readThrough(
  { client, capabilities: { pageSize } }: Connection,
  isMeant: (group: ScimResource) => boolean,
): Promise<string[] | Failed> {
  const found: string[] = [];
  let complete = false;
  for await (const answer of eachPage(client, 'Groups', { pageSize })) {
    if (!answer.ok) return { kind: 'failed', failure: answer.failure };
    found.push(...idsOf(answer.value.resources.filter(isMeant)));
    complete = answer.value.complete;
  }
  if (complete || found.length > 0) return found;
  const detail = 'Whether the group was created is not known: the list of groups could not be read as a whole';
  return { kind: 'failed', failure: { kind: 'unavailable', detail } };
}

function idsOf(groups: readonly ScimResource[]): string[] {
  return groups.flatMap((group) => (typeof group.id === 'string' ? [group.id] : []));
}

function isSame(there: unknown, value: string): boolean {
  return there !== undefined && there !== null && String(there).toLowerCase() === value.toLowerCase();
}
