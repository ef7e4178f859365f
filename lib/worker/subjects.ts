import { db } from '@/lib/db/client';
import type { TaskName, TaskPayload } from '@/lib/queue/tasks';

const select = { id: true } as const;
const application = ({ applicationId: id }: { applicationId: string }) =>
  db.application.findUnique({ where: { id }, select });
const import_ = ({ importId: id }: { importId: string }) => db.import.findUnique({ where: { id }, select });

type Subjects = { [Name in TaskName]: ((payload: TaskPayload<Name>) => Promise<object | null>) | 'whatever there is' };

/** What each task is about. When that is deleted, while the task waits or in the middle of it, there is nothing to do. */
const subjects: Subjects = {
  'directory-changed': 'whatever there is',
  'person-shut-out': 'whatever there is',
  'application-changed': application,
  provision: application,
  'provision-urgent': application,
  'provision-cycle': application,
  'decide-held': application,
  cycle: ({ cycleId: id }) => db.cycle.findUnique({ where: { id }, select }),
  'dry-run': ({ runId: id }) => db.dryRun.findUnique({ where: { id }, select }),
  'schedule-cycles': 'whatever there is',
  'import-fetch': import_,
  'import-run': import_,
  'import-groups': import_,
  'follow-accounts': application,
  'import-activations': import_,
  'user-batch': ({ batchId: id }) => db.userBatch.findUnique({ where: { id }, select }),
  'send-password-link': 'whatever there is',
  'send-mail': ({ mailId: id }) => db.mail.findUnique({ where: { id }, select }),
  'deliver-webhook': ({ webhookId: id }) => db.webhook.findUnique({ where: { id }, select }),
  'refresh-sp-metadata': application,
  housekeeping: 'whatever there is',
  retention: 'whatever there is',
};

/** Whether what a task is about is gone. False when that cannot be found out. */
export async function isGone<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): Promise<boolean> {
  const find = subjects[name] as Subjects[Name] | ((payload: TaskPayload<Name>) => Promise<object | null>);
  if (typeof find !== 'function') return false;
  return (await find(payload).catch(() => undefined)) === null;
}
