import { AppError } from '@/lib/core/errors';
import { createHttpClient, type HttpClient } from '@/lib/http/client';
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
