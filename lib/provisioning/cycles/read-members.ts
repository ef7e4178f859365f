import { db } from '@/lib/db/client';
import type { ScimResource } from '@/lib/scim/path';
import type { ServerProfile } from '@/lib/scim/profile';
import type { Connection } from '../connection';
import { memberIds } from '../internal/member-ids';
import { noteTold, tellsAll, toldBy } from '../told-members';

/** A page of groups, and of which of them it is known who is in them. */
export interface ToldGroups {
  resources: readonly ScimResource[];
  /** Ids over there. */
  told: readonly string[];
}

const atOnce = 4;

/**
 * Finds out who is in the groups of a page, as the server tells it: in the list, or of each group that is linked by its id. What it does not tell is
 * learned here, and then nothing is concluded from it. @param since what we have changed since is newer than the page
 */
export async function readMembers(
  connection: Connection,
  resources: readonly ScimResource[],
  since: Date,
): Promise<ToldGroups> {
  const { client, capabilities } = connection;
  const byId = new Map(
    resources.flatMap((group) => (typeof group.id === 'string' ? [[group.id, group] as const] : [])),
  );
  const shown = (id: string) => memberIds(byId.get(id) ?? {}).length;
  const linked = await linkedAmong(connection.application.id, [...byId.keys()], since);
  const learn = (taught: Partial<ServerProfile>, text: string) => client.learn(taught, { status: 200, text });
  const most = Math.max(0, ...[...byId.keys()].map(shown));
  noteTold(connection, most);
  if (capabilities.membersShown && most > capabilities.membersShown) {
    await learn({ membersShown: 0 }, `A list shows ${most} members of a group.`);
  }
  const [suspect] = linked.filter(({ id, put }) => put > shown(id) && tellsAll(told(connection), shown(id), 0));
  if (most > 0 && capabilities.memberReads !== 'lists' && !(capabilities.memberReads === 'byId' && suspect)) {
    await learn({ memberReads: 'lists' }, 'A list shows members of a group.');
  }
  if (suspect && capabilities.memberReads !== 'byId') {
    const read = await client.getGroup(suspect.id);
    const there = read.ok ? memberIds(read.value).length : undefined;
    if (there !== undefined && there > shown(suspect.id))
      await learn({ memberReads: 'byId' }, 'A list shows fewer members of a group than the group itself.');
    else if (there === 0 && capabilities.memberReads === 'unknown')
      await learn({ memberReads: 'nowhere' }, 'A group that was given members shows none, in lists and by its id.');
  }
  if (capabilities.memberReads === 'byId') {
    const ids = linked.map(({ id }) => id);
    const each = new Map<string, ScimResource>();
    while (ids.length > 0) {
      const some = await Promise.all(
        ids.splice(0, atOnce).map(async (id) => ({ id, read: await client.getGroup(id) })),
      );
      for (const { id, read } of some) if (read.ok) each.set(id, read.value);
    }
    return {
      resources: resources.map((group) => each.get(String(group.id)) ?? group),
      told: [...each].flatMap(([id, group]) => (tellsAll(told(connection), memberIds(group).length, 0) ? [id] : [])),
    };
  }
  return {
    resources,
    told: linked.flatMap(({ id, put }) => (tellsAll(told(connection), shown(id), put) ? [id] : [])),
  };
}

const told = ({ capabilities }: Connection) => toldBy(capabilities);

/** Groups of a page that are linked and not changed since, with how many members we put there. */
async function linkedAmong(applicationId: string, ids: readonly string[], since: Date) {
  const rows = await db.groupLink.findMany({
    where: {
      applicationId,
      remoteId: { in: [...ids] },
      OR: [{ lastChangeAt: null }, { lastChangeAt: { lt: since } }],
    },
    select: { remoteId: true, counts: { select: { members: true } } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ remoteId, counts }) => ({ id: remoteId ?? '', put: counts?.members ?? 0 }));
}
