import { AppError } from '@/lib/core/errors';
import { type Actor, systemActor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordRefusal } from '@/lib/events/record';
import { SamlError } from '@/lib/saml/error';
import type { Provider } from '../provider';

/** The event of a service provider that was signed out of, or was not. */
export function logoutEvent(
  application: { id: string; displayLabel: string },
  person: { id: string; username: string },
  told: Pick<EventDraft, 'message' | 'code' | 'outcome'>,
  actor: Actor = { ...systemActor, clientAddress: null },
): EventDraft {
  const target = { type: 'user' as const, id: person.id, name: person.username };
  return { name: 'sso_logout', actor, application, target, ...told };
}

/** Runs one step; the event of a refusal is written whichever rule refused; of many that are the same, one a minute. */
export async function recordingRefusedLogouts<T>(
  { application }: Provider,
  clientAddress: string | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SamlError || error instanceof AppError) {
      const actor = { id: null, name: application.displayLabel, clientAddress };
      await recordRefusal({ name: 'sso_logout', actor, application, code: error.code, message: error.message });
    }
    throw error;
  }
}
