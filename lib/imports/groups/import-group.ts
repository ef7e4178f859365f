import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { type Group, type ImportGroup, Prisma } from '@/lib/db/generated/client';
import { changeApplicationGroup, createApplicationGroup, setRemoteMembers } from '@/lib/directory/application-groups';
import { createTurnedGroup } from '@/lib/directory/turn-group';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { linkRemoteGroup } from '@/lib/provisioning/link-group';
import { forgetGroupChoices } from './choices';
import { assertMayDecide } from './may-decide';

/** What carrying out a choice has to know. */
export interface GroupContext {
  importId: string;
  application: { id: string; displayLabel: string };
}

/**
 * Carries out what was chosen for one group of an import, whose row the caller's transaction holds: keeps it as a group of the application
 * with its members, turns it into one of the directory, or links one to it. What stands here already of a group that is kept follows.
 * @throws AppError as linking by hand does; `already_exists` where a group of the directory has the name; `forbidden`
 */
export async function importGroup(tx: Tx, { importId, application }: GroupContext, row: ImportGroup): Promise<void> {
  const actor = actorOf(row);
  const { remoteId, name, told } = row;
  // Whoever chose it may do so no longer.
  if (row.decidedAt && row.decision) await assertMayDecide(tx, [actor], row.decision);
  const groupId = await carryOut();
  await tx.importGroup.update({
    where: { importId_remoteId: { importId, remoteId } },
    data: { state: 'done', groupId, error: Prisma.DbNull, memberIds: [], memberNames: [] },
  });
  await forgetGroupChoices(tx, application.id, remoteId);

  async function carryOut(): Promise<string> {
    switch (row.decision) {
      case 'link':
        return link();
      case 'turn': {
        const turned = await createTurnedGroup(tx, actor, application, {
          name,
          members: peopleIn(importId, row, application.id),
        });
        return turned.id;
      }
      case 'keep': {
        const kept = await heldGroup(tx, application.id, row);
        const linked = kept ? null : await linkTo(tx, application.id, remoteId);
        if (linked) {
          throw new AppError('conflict', `${linked.group.name} is pushed to this group: it cannot be kept beside it.`, {
            hint: 'Unlink that one on the User Groups tab first.',
          });
        }
        const group = kept
          ? await changeApplicationGroup(tx, actor, application, kept, { remoteId, name, told })
          : await createApplicationGroup(tx, actor, application, { remoteId, name, told });
        if (told) await setRemoteMembers(tx, actor, application, group, accountsIn(importId, row, application.id));
        return group.id;
      }
      default:
        throw new AppError('invalid_input', 'Nothing is chosen for this group.');
    }
  }

  async function link(): Promise<string> {
    if (!row.groupId) throw new AppError('invalid_input', 'Choose a user group that it is linked to.');
    // A cycle may have taken it over by its name meanwhile.
    if ((await linkTo(tx, application.id, remoteId))?.groupId === row.groupId) return row.groupId;
    const draft = { name: 'group_link' as const, actor };
    await linkRemoteGroup(tx, draft, { applicationId: application.id, groupId: row.groupId, remoteId });
    await recordEvents(tx, [draft]);
    return row.groupId;
  }
}

/** Who chose it; what was not chosen by anybody follows the application by itself. */
export function actorOf({ decidedById, decidedByName, decidedByTokenId }: ImportGroup): Actor {
  return {
    id: decidedById,
    name: decidedByName ?? 'Latchkey',
    clientAddress: null,
    ...(decidedByTokenId ? { tokenId: decidedByTokenId } : {}),
  };
}

/** The user group that is pushed to it. */
function linkTo(tx: Tx, applicationId: string, remoteId: string) {
  return tx.groupLink.findFirst({
    where: { applicationId, remoteId, state: { not: 'deleted' } },
    select: { groupId: true, group: { select: { name: true } } },
  });
}

/** The group as which it is here already, held until the end. @throws AppError `conflict`: it was, and is not any more */
async function heldGroup(tx: Tx, applicationId: string, row: ImportGroup): Promise<Group | null> {
  const isKept = row.match === 'kept';
  const [held] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM groups WHERE imported_from_id = ${applicationId}::uuid AND deleted_at IS NULL
      AND (CASE WHEN ${isKept} THEN id = ${row.groupId}::uuid ELSE remote_id = ${row.remoteId} END) FOR NO KEY UPDATE`;
  if (held) return tx.group.findUniqueOrThrow({ where: { id: held.id } });
  if (!isKept) return null;
  throw new AppError('conflict', `${row.name} was turned into a group of the directory, or deleted, meanwhile.`, {
    hint: 'Import again to see what it is now.',
  });
}

/** SQL: `remote_id, name` of the accounts in a group, as they were last read, or else as the group calls them. */
const accountsIn = (importId: string, { remoteId }: ImportGroup, applicationId: string) => Prisma.sql`
  SELECT one.id AS remote_id, coalesce(nullif(a.display_name, ''), nullif(btrim(coalesce(a.firstname, '') || ' ' || coalesce(a.lastname, '')), ''),
    nullif(a.user_name, ''), nullif(one.name, ''), one.id) AS name
  FROM import_groups r CROSS JOIN LATERAL unnest(r.member_ids, r.member_names) AS one(id, name)
  LEFT JOIN remote_accounts a ON a.application_id = ${applicationId}::uuid AND a.remote_id = one.id
  WHERE r.import_id = ${importId}::uuid AND r.remote_id = ${remoteId}`;

/** SQL: `user_id` of the people whose accounts are in a group. */
const peopleIn = (importId: string, { remoteId }: ImportGroup, applicationId: string) => Prisma.sql`
  SELECT l.user_id FROM import_groups r CROSS JOIN LATERAL unnest(r.member_ids) AS one(id)
  JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.remote_id = one.id AND l.state <> 'deleted'
  WHERE r.import_id = ${importId}::uuid AND r.remote_id = ${remoteId}`;

/** When a group was chosen for by whom, for a row. */
export const decidedBy = (actor: Actor) => ({
  decidedAt: now(),
  decidedById: actor.id,
  decidedByName: actor.name,
  decidedByTokenId: actor.tokenId ?? null,
});
