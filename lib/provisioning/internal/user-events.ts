import type { OperationAction, UserLink } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import type { Changes, EventName } from '@/lib/events/schema';
import { redactedTargets } from '@/lib/mappings/map';
import type { AttributeMapping } from '@/lib/mappings/schema';
import type { Connection } from '../connection';

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
    changes: withoutSecrets(changes, connection.userMappings),
    cycleId: operation?.cycleId ?? null,
    operationId: operation?.id ?? null,
  };
}

/** Passwords that a mapping generates are sent and forgotten, and what an expression redacts is nobody's business. */
export function withoutSecrets(changes: Changes, mappings: readonly AttributeMapping[] = []): Changes {
  const redacted = redactedTargets(mappings);
  const entries = Object.entries(changes).map(([path, change]): [string, Changes[string]] => {
    if (/password/i.test(path)) return [path, { from: null, to: '(generated)' }];
    return redacted.includes(path) ? [path, hidden(change)] : [path, change];
  });
  return Object.fromEntries(entries);
}

/** What there was and what there is to be, but for whether there is anything. */
function hidden({ from, to }: Changes[string]): Changes[string] {
  return { from: from === null ? null : '[Redact]', to: to === null ? null : '[Redact]' };
}

/**
 * What is left of an attempt's changes once it is over. Until then they are what it is looked up by.
 * @returns nothing where nothing is redacted: they stay as they are
 */
export function afterwards(changes: Changes, mappings: readonly AttributeMapping[]): { changes?: Changes } {
  return redactedTargets(mappings).length === 0 ? {} : { changes: withoutSecrets(changes, mappings) };
}

/** What {@link withoutSecrets} hides because an expression redacts it, for whatever else tells of the same attempt. */
export function redactedValues(changes: Changes, mappings: readonly AttributeMapping[]): string[] {
  const values = redactedTargets(mappings).flatMap((target) => [changes[target]?.from, changes[target]?.to].flat());
  // In shorter ones there is nothing to hide, and they would be found in every word.
  return values.filter((value): value is string => typeof value === 'string' && value.length >= 4);
}
