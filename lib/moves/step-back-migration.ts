import { AppError } from '@/lib/core/errors';
import { importStatesThat, integrationStatusesThat, isOneOf, moveStagesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import type { ApplicationMove } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { discardImport } from '@/lib/imports/start-import';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { pauseIntegration } from '@/lib/provisioning/pause-integration';
import { changeMove, type LockedMove, saveMove } from './internal/change-move';
import { giveAccountsBack, giveSignOnBack } from './internal/give-back';
import { type MoveStep, stepBackSchema } from './schema';

/**
 * Takes the last step of a migration back, which then stands where it stood before that step. Nobody is deactivated by it, and nobody loses
 * what lets them in: user groups and links that the new instance has got stay with it, and it sends nothing to anybody.
 * @returns the migration @throws AppError `not_found`; `conflict` where another step was the last, or none was made yet
 */
export const stepBackMigration = declareCommand(
  {
    id: 'stepBackMigration',
    permission: 'applications.write',
    input: stepBackSchema,
    event: 'application_move_step_back',
  },
  (actor, { moveId, step }) =>
    changeMove(
      actor,
      'application_move_step_back',
      { moveId, stages: moveStagesThat.areOpen },
      async (tx, locked, draft) => {
        if ((await lastStep(tx, locked)) !== step) {
          throw new AppError('conflict', 'That is not the last step of this migration.', {
            hint: 'Somebody else may have gone on with it, or back: look at the migration again.',
          });
        }
        draft.message = words[step];
        return takeBack[step](tx, actor, locked, draft);
      },
    ),
);

const words: Readonly<Record<MoveStep, string>> = {
  sign_on: 'Sign-on was taken back.',
  hand_over: 'Accounts were taken back.',
  compare: 'What was compared was forgotten.',
  connect: 'The new instance was disconnected.',
};

async function lastStep(tx: Tx, { move, new: to }: LockedMove): Promise<MoveStep | undefined> {
  if (move.stage === 'signed_over') return 'sign_on';
  if (move.stage === 'handed_over') return 'hand_over';
  if (move.importId) return 'compare';
  const integration = await tx.integration.findUnique({ where: { applicationId: to.id } });
  return integration && integration.status !== 'inactive' ? 'connect' : undefined;
}

type TakeBack = (tx: Tx, actor: Actor, locked: LockedMove, draft: EventDraft) => Promise<ApplicationMove>;

const takeBack: Readonly<Record<MoveStep, TakeBack>> = {
  sign_on: async (tx, _actor, locked, draft) => {
    await giveSignOnBack(tx, locked, draft);
    return saveMove(tx, locked.move, { stage: 'handed_over', signedOverAt: null });
  },
  hand_over: async (tx, actor, locked) => {
    const { move, new: to } = locked;
    // Accounts are compared anew before they are handed over again: the old instance goes on until then.
    const before = { stage: 'prepared', handedOverAt: null, links: 0, oldWasActive: false, importId: null } as const;
    const back = await saveMove(tx, move, before);
    const integration = await tx.integration.findUnique({ where: { applicationId: to.id } });
    if (isOneOf(integrationStatusesThat.areTried, integration?.status)) {
      await pauseIntegration(actor, { applicationId: to.id });
    }
    await giveAccountsBack(tx, actor, locked);
    return back;
  },
  compare: async (tx, actor, { move }) => {
    const back = await saveMove(tx, move, { importId: null });
    const found = await tx.import.findUnique({ where: { id: move.importId ?? '' } });
    // What somebody has confirmed meanwhile is an import of its own, and stays.
    if (found && !isOneOf(importStatesThat.areFinal, found.state) && found.state !== 'running') {
      await discardImport(actor, { importId: found.id });
    }
    return back;
  },
  connect: async (tx, actor, { move, new: to }) => {
    await deactivateIntegration(actor, { applicationId: to.id });
    return saveMove(tx, move, {});
  },
};
