import { z } from 'zod';
import type { ErrorCode } from '@/lib/core/errors';
import { type Failure, statusOf } from '@/lib/core/failure';

/** What went wrong, as RFC 9457 says it, with the members that Latchkey adds. */
export const problemSchema = z
  .object({
    type: z.string().describe('An address that tells of this kind of problem.'),
    title: z.string().describe('The kind of problem, in words.'),
    status: z.number().int().describe('The HTTP status.'),
    detail: z.string().describe('What happened.'),
    code: z.string().describe('Stable: for a script to decide by.'),
    message: z.string().describe('The same as `detail`.'),
    hint: z.string().optional().describe('How to mend it.'),
    field: z.string().optional().describe('Where the first mistake is: dot path into the body, or a parameter.'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Every mistake, where several fields are wrong at once; 100 at most.'),
    details: z.unknown().optional().describe('What the code says it carries; `stale_version`: the present version.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** The kinds of problem in words. */
export const problemTitles: Record<ErrorCode, string> = {
  invalid_input: 'Something in the request cannot be used',
  unauthenticated: 'No usable token',
  token_not_accepted: 'A token whose maker may not do as much now',
  forbidden: "The token's role does not allow it",
  network_not_allowed: 'Not from this network',
  not_found: 'Not there',
  method_not_allowed: 'Not a method of this path',
  conflict: 'The present state does not allow it',
  stale_version: 'Changed by somebody else meanwhile',
  already_exists: 'Taken',
  owned_by_source: 'Another directory is the master of it',
  last_administrator: 'The last administrator stays',
  unresolved_placeholder: 'A placeholder has no value',
  sso_required: 'SSO comes first',
  not_active: 'Not active',
  already_active: 'Active already',
  target_not_allowed: 'An address that is not allowed',
  connection_failed: 'The connection does not work',
  authorization_failed: 'An application was not connected',
  confirmation_mismatch: 'The confirmation does not match',
  password_change_required: 'A password has to be changed first',
  link_expired: 'A link that has run out',
  expression_error: 'An expression with a mistake',
  rate_limited: 'Too many requests',
  cursor_expired: 'Events were deleted before they were read',
  search_too_slow: 'A search that takes too long',
  precondition_required: 'If-Match is missing',
  idempotency_key_reused: 'An Idempotency-Key used for two things',
  delivery_failed: 'The receiver did not accept it',
  body_too_large: 'More than the path takes',
  request_timeout: 'Too slow to arrive',
  unavailable: 'Not reachable at the moment',
  internal: 'A mistake of the server',
};

/** HTTP status of a refusal by the API. A failed If-Match is 412 (RFC 9110, section 13.1.1). */
export function problemStatus(code: ErrorCode): number {
  return code === 'stale_version' ? 412 : statusOf(code);
}

/** Mistakes that are told at once; an answer stays smaller than what was sent. */
const mostErrors = 100;

/** A refusal as application/problem+json says it. @param origin the console's, where the page about the codes is */
export function toProblem(failure: Failure, origin: string): Problem {
  const { code, message, hint, field, fields, details } = failure;
  const errors = Object.entries(fields ?? {})
    .slice(0, mostErrors)
    .map(([name, text]) => ({ field: name, message: text }));
  return {
    type: `${origin}/api-reference#${code}`,
    title: problemTitles[code],
    status: problemStatus(code),
    detail: message,
    code,
    message,
    ...(hint ? { hint } : {}),
    ...(field ? { field } : {}),
    ...(errors.length > 0 ? { errors } : {}),
    ...(details === undefined ? {} : { details }),
  };
}
