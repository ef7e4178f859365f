import { runBatchStretch } from '@/lib/batches/run-batch';
import { sendPasswordLink } from '@/lib/directory/send-password-link';
import { fetchAccounts } from '@/lib/imports/fetch-accounts';
import { followAccounts } from '@/lib/imports/groups/follow-accounts';
import { runGroupsStretch } from '@/lib/imports/groups/run-groups';
import { runImportStretch } from '@/lib/imports/run-import';
import { sendActivationsStretch } from '@/lib/imports/send-activations';
import { deliverMail } from '@/lib/mail/deliver';
import { runCycleStretch } from '@/lib/provisioning/cycles/run-cycle';
import { scheduleCycles } from '@/lib/provisioning/cycles/schedule-cycles';
import { decideHeldStretch } from '@/lib/provisioning/decide-held';
import { applicationChanged, directoryChanged, personShutOut } from '@/lib/provisioning/directory-changed';
import { dryRunStretch } from '@/lib/provisioning/dry-runs/run-dry-run';
import { taskOf } from '@/lib/provisioning/mark-due';
import { provisionStretch } from '@/lib/provisioning/provision-stretch';
import { unlessDeleted } from '@/lib/provisioning/unless-deleted';
import type { TaskName, TaskPayload } from '@/lib/queue/tasks';
import { refreshSpMetadataTask } from '@/lib/sso/sp-metadata/refresh';
import { deliverDue } from '@/lib/webhooks/deliver';
import { housekeeping } from './housekeeping';
import { retentionStretch } from './retention';

/** What a handler may need beside its payload. */
export interface TaskContext {
  /** The heartbeat's id of this process. */
  workerId: string;
  /** Aborted when the process is asked to stop. */
  signal: AbortSignal;
}

interface LaneContext extends TaskContext {
  /** Under which it works in its lane; empty where the task has none. */
  token: string;
}

/** A task with which another one goes on, in its own slot and as a part of itself: should it fail, both are run again. */
export type GoesOn = ReturnType<typeof taskOf<'provision-urgent'>>;

type Handlers = {
  [Name in TaskName]: (payload: TaskPayload<Name>, context: LaneContext) => Promise<void> | Promise<GoesOn | undefined>;
};

/** One handler for every task. A handler that throws is tried again later, with exponential backoff. */
export const handlers: Handlers = {
  'directory-changed': (payload) => directoryChanged(payload),
  'person-shut-out': async ({ userId }) => {
    const applicationId = await personShutOut(userId);
    return applicationId ? taskOf(applicationId, 'provision-urgent') : undefined;
  },
  'application-changed': ({ applicationId, userIds }) => applicationChanged(applicationId, userIds),
  provision: ({ applicationId }, { token, signal }) => provisionStretch(applicationId, 'changes', token, signal),
  'provision-urgent': ({ applicationId }, { token, signal }) =>
    provisionStretch(applicationId, 'urgent', token, signal),
  'provision-cycle': ({ applicationId }, { token, signal }) =>
    provisionStretch(applicationId, 'everything', token, signal),
  'decide-held': ({ applicationId }, { signal }) => decideHeldStretch(applicationId, signal),
  cycle: ({ cycleId }) => runCycleStretch(cycleId),
  'dry-run': ({ runId }, { signal }) => dryRunStretch(runId, signal),
  'schedule-cycles': () => scheduleCycles(),
  'import-fetch': ({ importId }) => fetchAccounts(importId),
  'import-run': ({ importId }) => runImportStretch(importId),
  'import-groups': ({ importId }) => runGroupsStretch(importId),
  'follow-accounts': ({ applicationId, remoteIds }) => followAccounts(applicationId, remoteIds),
  'import-activations': (asked) => sendActivationsStretch(asked),
  'user-batch': ({ batchId }, { signal }) => runBatchStretch(batchId, signal),
  'send-password-link': (payload) => sendPasswordLink(payload),
  'send-mail': ({ mailId }) => deliverMail(mailId),
  'deliver-webhook': ({ webhookId }, { signal }) => deliverDue(webhookId, signal),
  'refresh-sp-metadata': ({ applicationId }) =>
    unlessDeleted(applicationId, () => refreshSpMetadataTask(applicationId)),
  housekeeping: () => housekeeping(),
  retention: (_payload, { signal }) => retentionStretch(signal),
};
