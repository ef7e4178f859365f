import { isGranted } from '@/lib/applications/scope';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { declareCommand } from '@/lib/events/command';
import { activatedByScope, assertActivationWanted } from './internal/activations';
import { asResource } from './internal/lock-import';
import { type Activations, addToGroupSchema } from './schema';

const peopleAtOnce = 1_000;

/** People of an import who are looked at one by one, for a screen. */
const peopleLookedAt = 300;

/** People of an import who are not managed yet, and the associated groups that would change that. */
export interface ImportScope {
  outOfScope: number;
  /** False: more were imported than are looked at; `outOfScope` and `activates` are of the first 300. */
  outOfScopeIsExact: boolean;
  groups: { id: string; name: string }[];
  /** Whose account is inactive in the application and would be activated with it. */
  activates: Activations;
}

/** Who of an import is in no associated group, and to which groups they can be added. @throws AppError `not_found` */
export async function getImportScope(importId: string): Promise<ImportScope> {
  const { applicationId } = await requireImport(importId);
  const [[counted], groups, activates] = await Promise.all([
    db.$queryRaw<{ all: boolean; count: number }[]>`
      WITH looked AS MATERIALIZED (
        SELECT user_id AS id FROM import_rows WHERE import_id = ${importId}::uuid AND state = 'done' LIMIT ${peopleLookedAt + 1})
      SELECT (SELECT count(*) FROM looked) <= ${peopleLookedAt} AS all,
        (SELECT count(*) FROM (SELECT * FROM looked LIMIT ${peopleLookedAt}) u WHERE NOT ${isGranted(applicationId)})::int AS count`,
    db.group.findMany({
      where: { deletedAt: null, importedFromId: null, applications: { some: { applicationId } } },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
      take: 200,
    }),
    activatedByScope(db, { applicationId, importId, first: peopleLookedAt }),
  ]);
  const { all = true, count = 0 } = counted ?? {};
  return {
    outOfScope: count,
    outOfScopeIsExact: all,
    groups,
    activates: { ...activates, countIsExact: activates.countIsExact && all },
  };
}

/**
 * Adds people of an import to a user group associated with its application: from then on Latchkey manages them.
 * @param input `remoteIds` only these rows; absent: everybody who was imported. `activateInactive`: accounts that are inactive
 * in the application may be activated by it
 * @returns the import, and how many people were added
 * @throws AppError `not_found`, `invalid_input` when the group is not associated, `conflict` (imported group; at
 * `activateInactive`, when accounts would be activated and that was not confirmed)
 */
export const addImportedToGroup = declareCommand(
  { id: 'addImportedToGroup', permission: 'groups.write', input: addToGroupSchema, event: 'group_members_update' },
  async (actor, { importId, groupId, remoteIds, activateInactive = false }) => {
    const found = await requireImport(importId);
    const { applicationId, application } = found;
    const key = { applicationId, groupId };
    const association = await db.applicationGroup.findUnique({ where: { applicationId_groupId: key } });
    if (!association) {
      throw new AppError('invalid_input', 'This user group is not associated with the application.', {
        field: 'groupId',
        hint: 'Associate it on the User Groups tab first.',
      });
    }
    const activates = await activatedByScope(db, { applicationId, importId, ...(remoteIds ? { remoteIds } : {}) });
    assertActivationWanted(activates, application.displayLabel, activateInactive);
    const only = remoteIds ? { remoteId: { in: remoteIds } } : {};
    const rows = await db.importRow.findMany({
      where: { importId, state: 'done', userId: { not: null }, ...only },
      select: { userId: true },
    });
    const live = await db.user.findMany({
      where: { id: { in: rows.flatMap((row) => row.userId ?? []) }, deletedAt: null },
      select: { id: true },
    });
    let changed = 0;
    for (let from = 0; from < live.length; from += peopleAtOnce) {
      const add = live.slice(from, from + peopleAtOnce).map(({ id }) => id);
      changed += (await updateGroupMembers(actor, { groupId, add, remove: [] })).added;
    }
    return { ...asResource(found), changed };
  },
);

async function requireImport(importId: string) {
  const found = await db.import.findUnique({
    where: { id: importId },
    select: { id: true, state: true, applicationId: true, application: { select: { displayLabel: true } } },
  });
  if (!found) throw new AppError('not_found', 'This import does not exist any more.');
  return found;
}
