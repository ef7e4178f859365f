import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { recordRefusal } from '@/lib/events/record';
import type { Provider } from './provider';

/** Who asks, before anybody is signed in. */
function somebody(clientAddress: string | null): Actor {
  return { id: null, name: 'Not signed in', clientAddress };
}

/** Writes the event of a sign-in that did not come about; of many that are the same, one a minute. */
export async function recordRefusedSignIn(
  provider: Provider,
  error: { code: string; message: string },
  who: { actor?: Actor; clientAddress?: string | null },
): Promise<void> {
  const actor = who.actor ?? somebody(who.clientAddress ?? null);
  await recordRefusal({
    name: 'sso_auth',
    actor,
    application: provider.application,
    ...(actor.id ? { target: { type: 'user' as const, id: actor.id, name: actor.name } } : {}),
    code: error.code,
    message: [error.message, ...told(error)].join(' '),
  });
}

/** What an administrator is told besides, and the person is not. */
function told(error: unknown): string[] {
  return error instanceof AppError && error.code === 'conflict' && error.details ? [error.details.told] : [];
}
