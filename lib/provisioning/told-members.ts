import { taughtBy } from '@/lib/scim/lesson';
import type { ServerProfile } from '@/lib/scim/profile';
import type { Connection } from './connection';
import { memberIds } from './internal/member-ids';

type Telling = Pick<ServerProfile, 'memberReads' | 'membersShown'>;

/** What is known of a server's telling. */
export function toldBy({ memberReads = 'unknown', membersShown = 0 }: Partial<Telling>): Telling {
  return { memberReads, membersShown };
}

/** Whether a group that was read tells all of its members. @param put how many are there by what was sent */
export function tellsAll({ memberReads, membersShown }: Telling, shown: number, put: number): boolean {
  if (memberReads === 'nowhere' || (memberReads === 'unknown' && shown === 0 && put > 0)) return false;
  return membersShown === 0 || shown < membersShown;
}

/** What a screen says where members are not told; undefined: they are. */
export function whatIsTold({
  memberReads,
  membersShown,
  patchGroups,
}: Telling & Pick<ServerProfile, 'patchGroups'>): string | undefined {
  const said = toldWords({ memberReads, membersShown });
  return said === undefined || patchGroups
    ? said
    : `${said} It takes groups only whole: those that were taken over are not changed, because that would take out whom it does not show.`;
}

function toldWords({ memberReads, membersShown }: Telling): string | undefined {
  if (memberReads === 'nowhere')
    return 'This server does not say who is in a group. What is shown is what was sent, and what others change over there is not seen.';
  if (membersShown > 0)
    return `This server names ${membersShown.toLocaleString('en')} members of a group at most. Of larger ones, what is shown is what was sent.`;
  return undefined;
}

/** The most members that were told of one group, by application; for the life of the process. */
const mostTold = new Map<string, number>();

/** So many members of one group were told. */
export function noteTold({ application: { id } }: Connection, members: number): void {
  if (members > (mostTold.get(id) ?? 0)) mostTold.set(id, members);
}

/** An answer with more of them may be too large to read. */
const mostLookedFor = 2_000;

/**
 * Looks, after members were added, whether they are told: for a server of which that is not known, where they are more than were ever told of a
 * group, and where members had to be put back.
 * @param added who was just added @param wereLost the last reading did not show members that we had put there
 */
export async function learnWhatIsTold(
  connection: Connection,
  remoteId: string,
  { added, wereLost }: { added: readonly string[]; wereLost: boolean },
): Promise<void> {
  const { application, client, capabilities } = connection;
  const { memberReads, membersShown } = capabilities;
  const isUnknown = memberReads === 'unknown';
  const isMore = membersShown === 0 && added.length > (mostTold.get(application.id) ?? 0);
  if (added.length === 0 || added.length > mostLookedFor || memberReads === 'nowhere') return;
  if (!isUnknown && !wereLost && !isMore) return;
  const read = await client.getGroup(remoteId);
  if (!read.ok) return;
  const shown = new Set(memberIds(read.value));
  noteTold(connection, shown.size);
  const isToldOf = added.filter((id) => shown.has(id)).length;
  const taught: Partial<Telling> = {
    ...(isUnknown && isToldOf > 0 && { memberReads: 'byId' as const }),
    ...(isToldOf < added.length && shown.size > 0 && { membersShown: shown.size }),
    // Where nothing was ever told, the next reading decides: a server may be slow to tell.
    ...(wereLost && shown.size === 0 && { memberReads: 'nowhere' as const }),
  };
  if (Object.keys(taught).length === 0) return;
  const text = `Of ${added.length} members that were just added, the group shows ${isToldOf}.`;
  await client.learn(taught, taughtBy(read, text));
}
