import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { importRowStatesThat } from '@/lib/core/states';
import { defineCommand } from '@/lib/events/command';
import { asResource, lockImport } from '../internal/lock-import';
import { beginGroupsRun } from '../runs';
import { assertChoosable } from './choosable';
import { enqueueGroups } from './enqueue-groups';
import { confirmImportGroupsSchema } from './schema';

/**
 * Has a background task carry out what was chosen for groups of an import, those that the safeguard has held included. With it, an import of
 * groups alone is confirmed. @param input `remoteIds`: these; left out: all for which something is chosen
 * @returns the import, and how many groups were queued
 * @throws AppError `not_found`, `conflict` when they cannot be chosen now, `invalid_input` when nothing is left to do
 */
export const confirmImportGroups = defineCommand(
  { id: 'confirmImportGroups', permission: 'imports.run', input: confirmImportGroupsSchema, event: 'import_start' },
  async (tx, draft, { importId, remoteIds }, actor) => {
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    await assertChoosable(tx, found);
    const chosen = remoteIds ? { remoteId: { in: remoteIds } } : {};
    const failed = await tx.importGroup.count({
      where: { importId, state: 'failed', decision: { in: ['keep', 'link', 'turn'] }, ...chosen },
    });
    const { count } = await tx.importGroup.updateMany({
      where: {
        ...{
          importId,
          state: { in: [...importRowStatesThat.waitForSomebody] },
          decision: { in: ['keep', 'link', 'turn'] },
        },
        ...chosen,
      },
      data: { state: 'queued' },
    });
    if (count === 0) {
      throw new AppError('invalid_input', 'Nothing that is selected can be imported.', {
        hint: 'Choose first what is to be done with groups for which nothing is decided.',
      });
    }
    await beginGroupsRun(tx, importId, { kind: failed === count ? 'retry' : 'confirmed', rows: count, actor });
    await enqueueGroups(tx, importId);
    draft.message = `Confirmed for ${count.toLocaleString('en')} ${count === 1 ? 'group' : 'groups'}.`;
    if (found.takesPeople || found.state !== 'review') return { ...asResource(found), changed: count };
    const by = { confirmedById: actor.id, confirmedByName: actor.name, confirmedByTokenId: actor.tokenId ?? null };
    const confirmed = await tx.import.update({
      where: { id: importId },
      data: { state: 'running', confirmedAt: now(), ...by },
    });
    return { ...asResource(confirmed), changed: count };
  },
);
