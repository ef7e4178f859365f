import { AppError } from '@/lib/core/errors';
import { createHttpClient, type HttpClient } from '@/lib/http/client';
import type { HostTrust } from '@/lib/http/connect';
import { HttpError } from '@/lib/http/errors';
import { assertAllowedTarget } from '@/lib/http/targets';

let client: HttpClient | undefined;

/** Private addresses that may be reached, from `LATCHKEY_ALLOW_PRIVATE_TARGETS` (comma-separated). */
function allowedPrivateTargets(): string[] {
  const listed = process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS ?? '';
  return listed
    .split(',')
    .map((target) => target.trim())
    .filter((target) => target !== '');
}

/** The one guarded client of this process for everything that administrators point it at: SCIM servers, webhooks. */
export function outgoingHttp(): HttpClient {
  client ??= createHttpClient({ allowPrivateTargets: allowedPrivateTargets() });
  return client;
}

/** Clients for hosts that are known by a certificate of their own; each has its own pool. */
const trusting = new Map<string, HttpClient>();
/** More than that many are not kept open. */
const trustingAtMost = 50;

/** The same guard, for a connection whose host is known in its own way. One client for each such way is kept. */
export function outgoingHttpTrusting(trust: HostTrust | undefined): HttpClient {
  if (!trust) return outgoingHttp();
  const key = JSON.stringify(trust);
  const known = trusting.get(key) ?? createHttpClient({ allowPrivateTargets: allowedPrivateTargets(), trust });
  // The one that was used last is the last that goes.
  trusting.delete(key);
  trusting.set(key, known);
  const [oldest] = trusting;
  if (oldest && trusting.size > trustingAtMost) {
    trusting.delete(oldest[0]);
    void oldest[1].close();
  }
  return known;
}

/**
 * Judges an address as typed, by what can be said without asking anybody.
 * @param field the form field that it was typed in
 * @throws AppError `target_not_allowed` at the field: not a URL, not https, a private address that is not listed
 */
export function assertOutgoingTarget(url: string, field: string): void {
  try {
    assertAllowedTarget(url, { allowPrivateTargets: allowedPrivateTargets() });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new AppError('target_not_allowed', error.message, { field, cause: error });
  }
}
