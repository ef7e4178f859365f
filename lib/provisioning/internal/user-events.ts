import type { OperationAction, UserLink } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import type { Changes, EventName } from '@/lib/events/schema';
import type { Connection } from '../connection';
import { driftCode, hasDrift } from '../plan/drift';
import { withoutSecrets } from './without-secrets';

const names: Record<OperationAction, EventName> = {
  lookup: 'user_lookup_provision',
  create: 'user_create_provision',
  update: 'user_update_provision',
  reactivate: 'user_update_provision',
  deactivate: 'user_deprovision',
  delete: 'user_delete_provision',
};

/** The event of one attempt on one person's account. Secrets are not among the changes it shows. */
export function userEvent(
  connection: Connection,
  person: { link: UserLink; name: string },
  action: OperationAction,
  changes: Changes,
  operation?: { id: string; cycleId: string | null },
): EventDraft {
  return {
    name: names[action],
    actor: systemActor,
    application: connection.application,
    target: { type: 'user', id: person.link.userId, name: person.name },
    ...(hasDrift(changes) ? { code: driftCode, message: 'Changed in the application, and corrected.' } : {}),
    changes: withoutSecrets(changes, connection.userMappings),
    cycleId: operation?.cycleId ?? null,
    operationId: operation?.id ?? null,
  };
}
