import { cleanLine } from '@/lib/core/text';
import type { Connection } from '@/lib/provisioning/connection';
import { tellsAll, toldBy } from '@/lib/provisioning/told-members';
import type { ScimFailure } from '@/lib/scim/failure';
import { isRecord } from '@/lib/scim/json';
import type { ScimResource } from '@/lib/scim/path';

const atOnce = 4;
/** Of a page on which nobody is shown, so many are read by their id to learn whether lists hide members. */
const probed = 3;
/** Of a group, in characters. */
const longestName = 300;

export interface ToldMember {
  id: string;
  /** What the group says that the account is called; empty where it does not. */
  name: string;
}

/** A group as the application tells it. */
export interface ReadGroup {
  remoteId: string;
  name: string;
  members: ToldMember[];
  /** False: there may be members of whom the application says nothing. */
  told: boolean;
}

/** Accounts in a group; groups that are nested in it over there are none. */
export function membersOf({ members }: ScimResource): ToldMember[] {
  if (!Array.isArray(members)) return [];
  const seen = new Map<string, ToldMember>();
  for (const member of members as unknown[]) {
    const { value, display, type } = isRecord(member) ? member : { value: member, display: undefined, type: undefined };
    const isAccount = typeof type !== 'string' || type.toLowerCase() !== 'group';
    if (!isAccount || (typeof value !== 'string' && typeof value !== 'number')) continue;
    seen.set(String(value), { id: String(value), name: typeof display === 'string' ? cleanLine(display) : '' });
  }
  return [...seen.values()];
}

/**
 * Who is in the groups of a page: as the list shows it, or, where lists are known to hide members, as each group says by its id. Of a server of
 * which that is not known, a few are asked where a page shows nobody, and those in whom somebody was before.
 * @param populated ids of groups that had members when they were last read
 * @returns the groups, or why the application could not be asked just now
 */
export async function toldGroups(
  connection: Connection,
  resources: readonly ScimResource[],
  populated: ReadonlySet<string>,
): Promise<{ ok: true; value: ReadGroup[] } | { ok: false; failure: ScimFailure }> {
  const { client } = connection;
  const groups = resources.flatMap((resource) =>
    typeof resource.id === 'string' && resource.id !== '' ? [{ id: resource.id, resource }] : [],
  );
  const shown = groups.some(({ resource }) => membersOf(resource).length > 0);
  const learn = (memberReads: 'lists' | 'byId', text: string) => client.learn({ memberReads }, { status: 200, text });
  const { memberReads } = connection.capabilities;
  if (shown && memberReads === 'unknown') await learn('lists', 'A list shows members of a group.');
  const byId = new Map<string, ScimResource>();
  const ask = async (ids: string[]): Promise<ScimFailure | undefined> => {
    const left = ids.filter((id) => !byId.has(id));
    while (left.length > 0) {
      const some = left.splice(0, atOnce);
      const read = await Promise.all(some.map(async (id) => ({ id, answer: await client.getGroup(id) })));
      for (const { id, answer } of read) {
        if (answer.ok) byId.set(id, answer.value);
        else if (isPassing(answer.failure)) return answer.failure;
      }
    }
    return undefined;
  };
  const empty = groups.filter(({ resource }) => membersOf(resource).length === 0).map(({ id }) => id);
  if (memberReads === 'unknown' && !shown) {
    const suspects = [...empty.filter((id) => populated.has(id)), ...empty.slice(0, probed)];
    const failure = await ask([...new Set(suspects)]);
    if (failure) return { ok: false, failure };
    if ([...byId.values()].some((one) => membersOf(one).length > 0)) {
      await learn('byId', 'A list shows fewer members of a group than the group itself.');
    }
  }
  if (connection.capabilities.memberReads === 'byId') {
    const failure = await ask(groups.map(({ id }) => id));
    if (failure) return { ok: false, failure };
  }
  const telling = toldBy(connection.capabilities);
  const value = groups.map(({ id, resource }): ReadGroup => {
    const members = membersOf(byId.get(id) ?? resource);
    const isAsked = telling.memberReads !== 'byId' || byId.has(id);
    // Where nothing is known of its telling, that nobody is shown says something only of a group that was asked for by its id.
    const isSilent = telling.memberReads === 'unknown' && members.length === 0 && !byId.has(id);
    const name = nameOf(resource) || id;
    return { remoteId: id, name, members, told: isAsked && !isSilent && tellsAll(telling, members.length, 0) };
  });
  return { ok: true, value };
}

/** One line, and no longer than an index takes. */
const nameOf = ({ displayName }: ScimResource) =>
  [...cleanLine(typeof displayName === 'string' ? displayName : '')].slice(0, longestName).join('');

/** Whether it is worth while to ask again in a moment. */
export const isPassing = ({ kind }: ScimFailure): boolean => ['rate_limited', 'unavailable', 'network'].includes(kind);
