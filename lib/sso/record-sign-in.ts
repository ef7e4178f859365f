import type { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { SamlError } from '@/lib/saml/error';
import type { Provider } from './provider';

/** Who asks, before anybody is signed in. */
function somebody(clientAddress: string | null): Actor {
  return { id: null, name: 'Not signed in', clientAddress };
}

/** Writes the event of a sign-in that did not come about. */
export async function recordRefusal(
  provider: Provider,
  error: Pick<AppError | SamlError, 'code' | 'message'> & { details?: unknown },
  who: { actor?: Actor; clientAddress?: string | null },
): Promise<void> {
  const actor = who.actor ?? somebody(who.clientAddress ?? null);
  await recordEvents(db, [
    {
      name: 'sso_auth',
      actor,
      outcome: 'error',
      application: provider.application,
      ...(actor.id ? { target: { type: 'user' as const, id: actor.id, name: actor.name } } : {}),
      code: error.code,
      message: [error.message, ...told(error.details)].join(' '),
    },
  ]);
}

/** What an administrator is told besides, and the person is not. */
function told(details: unknown): string[] {
  return typeof details === 'object' && details !== null && 'told' in details ? [String(details.told)] : [];
}
