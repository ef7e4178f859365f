import { assertMaySend } from '@/lib/applications/open-move';
import { AppError } from '@/lib/core/errors';
import { integrationStatusesThat, isOneOf } from '@/lib/core/states';
import { defineCommand } from '@/lib/events/command';
import { openCycle } from '../cycles/start-cycle';
import { lockIntegration } from '../internal/integrations';
import { chooseRows } from './choose-rows';
import { type AppliedRows, applyDryRunSchema } from './schema';
import { lockRun } from './start-dry-run';

/**
 * Carries out what was reviewed, all of it or the rows that are chosen, and nothing else: a full cycle plans everybody anew, sends what is
 * planned as it was in the run, and holds what is another thing by now or was not chosen. What the run has said is held stays held. A paused connection goes on with it.
 * @returns the application, and the cycle's id
 * @throws AppError `not_found`, `not_active`, `invalid_input` where nothing is chosen, `conflict` when the run has not finished, or the connection is quarantined
 */
export const applyDryRun = defineCommand(
  { id: 'applyDryRun', permission: 'integration.write', input: applyDryRunSchema, event: 'provisioning_cycle' },
  async (tx, draft, { runId, ...chosen }) => {
    const run = await lockRun(tx, runId);
    draft.application = run.application;
    if (run.stage !== 'finished') throw new AppError('conflict', 'Only a dry run that has finished can be applied.');
    const { application, integration } = await lockIntegration(tx, run.applicationId);
    if (!isOneOf(integrationStatusesThat.mayCarryOut, integration.status) || integration.heldAt) {
      throw new AppError('conflict', 'The connection is quarantined.', {
        hint: 'See the Identity Management tab for what it waits for.',
      });
    }
    if (integration.status === 'paused') {
      await assertMaySend(tx, application.id);
      const goesOn = { status: 'active' as const, notBefore: null, failures: 0 };
      await tx.integration.update({ where: { applicationId: application.id }, data: goesOn });
      draft.changes = { status: { from: 'paused', to: 'active' } };
    }
    const rows = await chooseRows(tx, runId, chosen);
    const { cycle, message } = await openCycle(tx, application.id, { dryRunId: runId });
    draft.cycleId = cycle.id;
    draft.message = isAll(chosen) ? message : `${message} Chosen rows of the dry run: ${rows.toLocaleString('en')}.`;
    return { ...application, cycleId: cycle.id };
  },
);

const isAll = (chosen: AppliedRows) => Object.values(chosen).every((one) => one === undefined);
