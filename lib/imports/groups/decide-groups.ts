import { AppError } from '@/lib/core/errors';
import { importRowStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { assertLinkable } from '@/lib/provisioning/link-group';
import { asResource, lockImport } from '../internal/lock-import';
import { keepGroupChoices } from './choices';
import { assertChoosable } from './choosable';
import { decidedBy } from './import-group';
import { assertMayDecide } from './may-decide';
import { decideImportGroupsSchema, type ImportGroupDecision } from './schema';

const words: Readonly<Record<ImportGroupDecision, string>> = {
  keep: 'To be kept as groups of the application',
  link: 'To be linked to user groups',
  turn: 'To be turned into user groups',
  ignore: 'To be left out',
};

/**
 * Chooses what is to be done with groups of an import: keep each as a group of the application, link it to a user group, turn it into one, or
 * leave it out, later imports included. @param input `groupId`: which one a single group is linked to; left out: the namesake of each
 * @returns the import, and for how many it was chosen: those that are here already, or are being imported, stay as they are
 * @throws AppError `not_found`, `forbidden`, `conflict`: nothing of it can be chosen now, or, of a link, as linking by hand does
 */
export const decideImportGroups = defineCommand(
  { id: 'decideImportGroups', permission: 'imports.run', input: decideImportGroupsSchema, event: 'import_decide' },
  async (tx, draft, { importId, remoteIds, decision, groupId }, actor) => {
    const found = await lockImport(tx, importId);
    const { application } = found;
    draft.application = application;
    if (groupId && (decision !== 'link' || remoteIds.length > 1)) {
      throw new AppError('invalid_input', 'One group is linked to one.', { field: 'groupId' });
    }
    await assertMayDecide(tx, [actor], decision);
    await assertChoosable(tx, found);
    const rows = await tx.importGroup.findMany({
      where: {
        ...{ importId, remoteId: { in: remoteIds } },
        ...{ match: { in: ['none', 'name'] }, state: { in: [...importRowStatesThat.waitForSomebody] } },
        ...(decision === 'link' && !groupId ? { match: 'name', groupId: { not: null } } : {}),
      },
      select: { remoteId: true, name: true, groupId: true },
    });
    const [first] = rows;
    if (!first) {
      throw new AppError('conflict', 'Nothing can be chosen for these groups.', {
        hint: 'They are here already, are being imported, or have no namesake to be linked to.',
      });
    }
    if (groupId) await assertLinkable(tx, { applicationId: application.id, groupId });
    const [only] = remoteIds.length === 1 ? rows : [];
    if (only) draft.target = { type: 'group', id: groupId ?? only.remoteId, name: only.name };
    draft.message = `${words[decision]}: ${rows.length.toLocaleString('en')}.`;
    const ids = rows.map((row) => row.remoteId);
    await choose(tx, importId, ids, { decision, ...(groupId ? { groupId } : {}), ...decidedBy(actor) });
    await keepGroupChoices(tx, importId, ids);
    return { ...asResource(found), changed: rows.length };
  },
);

function choose(
  tx: Tx,
  importId: string,
  remoteIds: string[],
  data: Parameters<Tx['importGroup']['updateMany']>[0]['data'],
) {
  return tx.importGroup.updateMany({ where: { importId, remoteId: { in: remoteIds } }, data });
}
