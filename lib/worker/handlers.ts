import { sendPasswordLink } from '@/lib/directory/send-password-link';
import { fetchAccounts } from '@/lib/imports/fetch-accounts';
import { runImportStretch } from '@/lib/imports/run-import';
import { deliverMail } from '@/lib/mail/deliver';
import { runCycleStretch } from '@/lib/provisioning/cycles/run-cycle';
import { scheduleCycles } from '@/lib/provisioning/cycles/schedule-cycles';
import { applicationChanged, directoryChanged } from '@/lib/provisioning/directory-changed';
import { dryRunStretch } from '@/lib/provisioning/dry-runs/run-dry-run';
import { provisionStretch } from '@/lib/provisioning/provision-stretch';
import type { TaskName, TaskPayload } from '@/lib/queue/tasks';
import { deliverWebhook } from '@/lib/webhooks/deliver';
import { housekeeping } from './housekeeping';
import { retentionStretch } from './retention';

/** What a handler may need beside its payload. */
export interface TaskContext {
  /** The heartbeat's id of this process. */
  workerId: string;
  /** Aborted when the process is asked to stop. */
  signal: AbortSignal;
}

type Handlers = { [Name in TaskName]: (payload: TaskPayload<Name>, context: TaskContext) => Promise<void> };

/** One handler for every task. A handler that throws is tried again later, with exponential backoff. */
export const handlers: Handlers = {
  'directory-changed': (payload) => directoryChanged(payload),
  'application-changed': ({ applicationId, userIds }) => applicationChanged(applicationId, userIds),
  provision: ({ applicationId }, { workerId, signal }) => provisionStretch(applicationId, 'changes', workerId, signal),
  'provision-cycle': ({ applicationId }, { workerId, signal }) =>
    provisionStretch(applicationId, 'everything', workerId, signal),
  cycle: ({ cycleId }) => runCycleStretch(cycleId),
  'dry-run': ({ runId }, { signal }) => dryRunStretch(runId, signal),
  'schedule-cycles': () => scheduleCycles(),
  'import-fetch': ({ importId }) => fetchAccounts(importId),
  'import-run': ({ importId }) => runImportStretch(importId),
  'send-password-link': (payload) => sendPasswordLink(payload),
  'send-mail': ({ mailId }) => deliverMail(mailId),
  'deliver-webhook': ({ deliveryId }) => deliverWebhook(deliveryId),
  housekeeping: () => housekeeping(),
  retention: (_payload, { signal }) => retentionStretch(signal),
};
