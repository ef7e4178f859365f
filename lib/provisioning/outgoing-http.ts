import { createHttpClient, type HttpClient } from '@/lib/http/client';

let client: HttpClient | undefined;

/** Private addresses that may be SCIM targets, from `LATCHKEY_ALLOW_PRIVATE_TARGETS` (comma-separated). */
export function allowedPrivateTargets(): string[] {
  const listed = process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS ?? '';
  return listed
    .split(',')
    .map((target) => target.trim())
    .filter((target) => target !== '');
}

/** The one guarded client of this process for everything that administrators point it at. */
export function outgoingHttp(): HttpClient {
  client ??= createHttpClient({ allowPrivateTargets: allowedPrivateTargets() });
  return client;
}
