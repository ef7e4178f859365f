import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { recordRefusal } from '@/lib/events/record';
import { SamlError } from '@/lib/saml/error';
import type { CarriedRequest } from './carry-request';
import { cameAs } from './failed-sign-ins/came-as';
import { inspectIncoming, inspectKept } from './failed-sign-ins/inspect-request';
import { keepFailure } from './failed-sign-ins/keep-failure';
import { noteReference } from './failed-sign-ins/reference';
import type { IncomingRequest } from './incoming-request';
import type { Provider } from './provider';

/** Who asked, and what: the request as it came, or what was read of it. */
export interface Asking {
  actor?: Actor;
  clientAddress?: string | null;
  incoming?: IncomingRequest;
  /** @throws what is wrong with it */
  kept?: () => CarriedRequest | undefined;
}

/** Who asks, before anybody is signed in. */
function somebody(clientAddress: string | null): Actor {
  return { id: null, name: 'Not signed in', clientAddress };
}

/** Writes the event of a sign-in that did not come about; of many that are the same, one a minute. And keeps it among those that failed. */
export async function recordRefusedSignIn(
  provider: Provider,
  error: { code: string; message: string; hint?: string | undefined },
  who: Asking,
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
  const reference = await keepFailure({
    applicationId: provider.application.id,
    userId: actor.id,
    ...{ code: error.code, message: [error.message, ...told(error)].join(' '), hint: error.hint },
    clientAddress: actor.clientAddress,
    inspect: () => inspect(who),
  });
  noteReference(error, reference);
}

/** What was asked, as far as it is known. Asked only where it is kept. */
function inspect({ incoming, kept }: Asking) {
  if (incoming) return inspectIncoming(incoming);
  const carried = optional(kept);
  if (!carried) return {};
  const raw = cameAs.get(carried);
  return { ...inspectKept(carried), ...(raw ? inspectIncoming(raw) : {}) };
}

function optional<T>(read: (() => T) | undefined): T | undefined {
  try {
    return read?.();
  } catch {
    return undefined;
  }
}

/** Runs one step; the event of a refusal is written whichever rule refused. */
export async function recordingRefusals<T>(provider: Provider, who: Asking, work: () => Promise<T>): Promise<T> {
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
