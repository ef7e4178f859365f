import { copyAssociations, copyTypedUsernames } from '@/lib/applications/copy-application';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { importStatesThat, integrationStatusesThat, isOneOf } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { declareCommand } from '@/lib/events/command';
import { discardImport } from '@/lib/imports/start-import';
import { lockLinks } from '@/lib/provisioning/forget-accounts';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { changeMove, type LockedMove, saveMove } from './internal/change-move';
import { leadToOneServer, readComparison } from './internal/compared';
import { handOverLinks } from './internal/hand-over-links';
import { moveRefSchema } from './schema';

/**
 * Hands everything of people over to the new instance, in one transaction: the old one is paused, links and user groups are the new one's, and a
 * full cycle of that begins. Nobody is deactivated by it, because nobody loses what lets them in. @returns the migration
 * @throws AppError `not_found`; `conflict` before the new instance is connected and its accounts are compared, or while somebody has to choose
 */
export const handOverMigration = declareCommand(
  {
    id: 'handOverMigration',
    permission: 'applications.write',
    input: moveRefSchema,
    event: 'application_move_hand_over',
  },
  (actor, { moveId }) =>
    changeMove(
      actor,
      'application_move_hand_over',
      { moveId, stages: ['prepared'] },
      async (tx, { move, old, new: to }, draft) => {
        const ofAccounts = move.movesAccounts ? await assertCompared(tx, { move, old, new: to }) : undefined;
        let [links, oldWasActive] = [0, false];
        if (ofAccounts) {
          oldWasActive = isOneOf(integrationStatusesThat.areTried, ofAccounts.oldStatus);
          if (oldWasActive) await pauseIntegration(actor, { applicationId: old.id });
          await lockLinks(tx, old.id);
          await lockLinks(tx, to.id);
          links = await handOverLinks(tx, { oldId: old.id, newId: to.id, importId: ofAccounts.importId });
        }
        const { groups, people } = await copyAssociations(tx, old.id, to.id);
        await copyTypedUsernames(tx, old.id, to.id);
        const moved = await saveMove(tx, move, { stage: 'handed_over', handedOverAt: now(), links, oldWasActive });
        if (ofAccounts) {
          if (!ofAccounts.isOver) await discardImport(actor, { importId: ofAccounts.importId });
          await resumeIntegration(actor, { applicationId: to.id });
        }
        draft.message = `${links} accounts, ${groups} user groups and ${people} directly assigned people were handed over.`;
        return moved;
      },
    ),
);

async function assertCompared(tx: Tx, { move, old, new: to }: LockedMove) {
  const rows = await tx.integration.findMany({ where: { applicationId: { in: [old.id, to.id] } } });
  const statusOf = (id: string) => rows.find(({ applicationId }) => applicationId === id)?.status ?? 'inactive';
  if (statusOf(to.id) !== 'paused') {
    throw new AppError('conflict', `${to.displayLabel} is not connected yet.`, {
      hint: 'Connect it on its Identity Management tab first; it sends nothing before accounts are handed over.',
    });
  }
  const found = move.importId ? await tx.import.findUnique({ where: { id: move.importId } }) : null;
  const isOver = isOneOf(importStatesThat.areFinal, found?.state);
  if (found?.applicationId !== to.id || !isOneOf(importStatesThat.areMatched, found.state)) {
    throw new AppError('conflict', `The accounts of ${to.displayLabel} were not compared yet.`, {
      hint: 'Compare them first, and wait until they are read.',
    });
  }
  const isSameServer = await leadToOneServer(tx, old.id, to.id);
  const { undecided } = await readComparison({ oldId: old.id, newId: to.id, importId: found.id, isSameServer }, tx);
  if (undecided.count > 0) {
    throw new AppError('conflict', `Of ${undecided.count} people it is not decided which account is theirs.`, {
      hint: 'Choose on the Import tab of the new instance and confirm, or leave those accounts out there.',
    });
  }
  return { importId: found.id, isOver, oldStatus: statusOf(old.id) };
}
