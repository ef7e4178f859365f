import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { recordRefusal } from '@/lib/events/record';
import { SamlError } from '@/lib/saml/error';
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

/** Runs one step; the event of a refusal is written whichever rule refused. */
export async function recordingRefusals<T>(
  provider: Provider,
  who: { actor?: Actor; clientAddress?: string | null },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SamlError || error instanceof AppError) await recordRefusedSignIn(provider, error, who);
    throw error;
  }
}

/** What an administrator is told besides, and the person is not. */
function told(error: unknown): string[] {
  return error instanceof AppError && error.code === 'conflict' && error.details ? [error.details.told] : [];
}
