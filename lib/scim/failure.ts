import type { HttpResponse } from '@/lib/http/client';
import { HttpError } from '@/lib/http/errors';
import { readErrorBody } from '@/lib/scim/error-body';
import type { ScimExchange } from '@/lib/scim/exchange';
import { parseJson } from '@/lib/scim/json';
import { readRate } from '@/lib/scim/rate-limit';
import { readRetryAfter } from '@/lib/scim/retry-after';

/**
 * - `unauthorized` 401 · `forbidden` 403: stop at once
 * - `not_found`: this account or group is not there (404, 410)
 * - `conflict`: it exists already (409, scimType uniqueness)
 * - `rate_limited` 429 · `unavailable` 5xx, 408: later, after `retryAfterMs` where given
 * - `too_many`: split it (413, scimType tooMany, a limit named in the text, an answer too large to read)
 * - `invalid`: the server refuses this content; sending it again changes nothing
 * - `not_scim`: no SCIM server answers there (a web page, a redirect, 404 for a whole collection): wrong base URL
 * - `endless`: a list that does not end within its bounds, or that is the same page again and again
 * - `ignored`: a success that changed nothing
 * - `withheld`: not sent, because it would take away what the server does not show
 * - `network`: the request never left, or it was a read; it may be repeated
 * - `unknown_outcome`: a write that may have been carried out; look before repeating
 */
export type ScimFailureKind =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'
  | 'invalid'
  | 'too_many'
  | 'not_scim'
  | 'endless'
  | 'ignored'
  | 'withheld'
  | 'network'
  | 'unknown_outcome';

export interface ScimFailure {
  kind: ScimFailureKind;
  status?: number;
  /** For people. Holds no secret. */
  detail: string;
  /** How to mend it, where that is more than its kind says. */
  hint?: string;
  /** Retry-After, to the letter. */
  retryAfterMs?: number;
  /** For `rate_limited`: how many requests a minute the server says that it takes. */
  rate?: number;
  scimType?: string;
  /** Several went with one request, and this is said of it as a whole: by which they are one failure. */
  asOne?: string;
  /** For `too_many`: the limit that the server named. */
  limit?: number;
  /** For `network`, `unknown_outcome` and `not_scim`: what happened below SCIM. */
  cause?: HttpError['code'];
}

export interface RequestFacts {
  method: ScimExchange['method'];
  /** Host and path, for messages. */
  place: string;
  /** Whether the request was for a collection (`/Users`), whose absence means a wrong base URL. */
  collection: boolean;
}

/** Judges an answer that is no success. @param status overrides that of the response (an error sent as 200) */
export function failureFromResponse(
  request: RequestFacts,
  response: HttpResponse,
  now: Date,
  status: number = response.status,
): ScimFailure {
  const body = readErrorBody(response.body, parseJson(response.body));
  const kind = kindOf(request, status, body.detail, body.scimType, body.form);
  const retryAfterMs = readRetryAfter(response.headers, now);
  const rate = kind === 'rate_limited' ? readRate(response.headers) : undefined;
  const limit = kind === 'too_many' ? readLimit(body.detail) : undefined;
  return {
    kind,
    status,
    detail: explain(request, status, kind, body.detail, body.form),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(rate === undefined ? {} : { rate }),
    ...(body.scimType === undefined ? {} : { scimType: body.scimType }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Judges a request that has no complete answer. */
export function failureFromError(request: RequestFacts, error: unknown): ScimFailure {
  if (!(error instanceof HttpError)) throw error;
  const status = error.status === undefined ? {} : { status: error.status };
  const failure = (kind: ScimFailureKind): ScimFailure => ({
    kind,
    ...status,
    detail: error.message,
    cause: error.code,
  });
  if (error.code === 'redirect') return failure('not_scim');
  const refused = error.status !== undefined && error.status >= 400 && error.status < 500;
  if (request.method !== 'GET')
    return failure(!error.requestSent ? 'network' : refused ? 'invalid' : 'unknown_outcome');
  if (error.code === 'too_large') return failure('too_many');
  return failure(error.code === 'invalid_response' ? 'not_scim' : 'network');
}

function kindOf(
  request: RequestFacts,
  status: number,
  detail: string,
  scimType: string | undefined,
  form: string,
): ScimFailureKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return request.collection ? 'not_scim' : 'not_found';
  if (status === 409 || scimType?.toLowerCase() === 'uniqueness') return 'conflict';
  if (status === 413 || scimType?.toLowerCase() === 'toomany') return 'too_many';
  if (status === 429) return 'rate_limited';
  if (status === 501) return 'invalid';
  if (status === 408 || status >= 500) return 'unavailable';
  if (status < 400) return 'not_scim';
  if (request.method === 'POST' && /already (exists?|in use|taken)/i.test(detail)) return 'conflict';
  if (/too many|exceed|maximum|at most|no more than|limit/i.test(detail) && /member|operation|value/i.test(detail)) {
    return 'too_many';
  }
  return form === 'html' && request.collection ? 'not_scim' : 'invalid';
}

function explain(request: RequestFacts, status: number, kind: ScimFailureKind, detail: string, form: string): string {
  if (kind === 'unauthorized') {
    const reported = detail || 'none';
    return `Error authenticating: Unauthorized. Errors reported by remote server: ${reported}`;
  }
  if (kind === 'not_scim') {
    const what = form === 'html' ? `a web page${detail ? ` (“${detail}”)` : ''}` : detail || 'nothing that is SCIM';
    return `${request.place} answered ${status} with ${what}`;
  }
  if (form === 'html') return `HTTP ${status}${detail ? `: “${detail}”` : ''} (a web page instead of a SCIM error)`;
  return detail || `HTTP ${status} without a reason`;
}

/** "maximum of 1,000 members", "at most 500 operations", "member limit (100) exceeded" */
function readLimit(detail: string): number | undefined {
  const numbers = [...detail.matchAll(/\b(\d{1,3}(?:,\d{3})+|\d{1,7})\b/g)].map((match) =>
    Number(match[1]?.replaceAll(',', '')),
  );
  // A text that also says how many were sent names the larger number for that.
  const positive = numbers.filter((number) => number > 0);
  return positive.length > 0 ? Math.min(...positive) : undefined;
}
