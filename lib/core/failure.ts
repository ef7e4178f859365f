import { z } from 'zod';
import { AppError, type ErrorCode, type ErrorDetails } from './errors';

interface FailureOf<Code extends ErrorCode> {
  ok: false;
  code: Code;
  /** What happened. */
  message: string;
  /** How to mend it. */
  hint?: string;
  /** Form field (dot path) where the first mistake is. */
  field?: string;
  /** Message per form field, where several are wrong at once. */
  fields?: Record<string, string>;
  /** What the code declares that it carries (lib/core/errors.ts). */
  details?: ErrorDetails<Code>;
}

/** A refusal as it goes to the browser, or to a script; a union by code, as AppError is. */
export type Failure = { [Code in ErrorCode]: FailureOf<Code> }[ErrorCode];

/**
 * Turns whatever was thrown into a refusal. What nobody expected is logged under an id and told as `internal`: its text
 * could hold anything.
 */
export function describeFailure(error: unknown): Failure {
  if (error instanceof z.ZodError) return fromIssues(error.issues);
  if (error instanceof AppError) {
    const { code, message, hint, field, details } = error;
    return {
      ok: false,
      code,
      message,
      ...(hint ? { hint } : {}),
      ...(field ? { field, fields: { [field]: message } } : {}),
      ...(details === undefined ? {} : { details }),
      // That code and details are of one refusal is lost when they are taken out of it.
    } as Failure;
  }
  const id = crypto.randomUUID().slice(0, 8);
  logUnexpected(id, error);
  return {
    ok: false,
    code: 'internal',
    message: `Something went wrong on the server (${id}).`,
    // Whether the change was committed before that is not known here.
    hint: `See whether the change was made before you repeat it. If it happens again, tell whoever runs Latchkey ${id}: the server's log has the cause under it.`,
  };
}

function fromIssues(issues: readonly z.core.$ZodIssue[]): Failure {
  const fields: Record<string, string> = {};
  for (const issue of issues) fields[issue.path.join('.')] ??= issue.message;
  const [field, message] = Object.entries(fields)[0] ?? ['', 'The input is not valid.'];
  return { ok: false, code: 'invalid_input', message, ...(field ? { field } : {}), fields };
}

/** One line of JSON. Of database errors only name, code and frames: their message quotes values. */
function logUnexpected(id: string, error: unknown): void {
  const known = error instanceof Error ? error : new Error(String(error));
  const frames = known.stack?.split('\n').filter((line) => line.trimStart().startsWith('at '));
  const quotesValues = known.name.startsWith('Prisma') || 'code' in known;
  const line = {
    level: 'error',
    at: new Date().toISOString(),
    id,
    error: known.name,
    ...('code' in known ? { code: known.code } : {}),
    ...(quotesValues ? {} : { message: known.message }),
    frames: frames?.slice(0, 12),
  };
  console.error(JSON.stringify(line));
}

/** HTTP status of a refusal. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 422;
}

/** Seconds after which the same may be tried again, for the header Retry-After; undefined where that is not known. */
export function retryAfterOf(refusal: AppError | Failure): number | undefined {
  return refusal.code === 'rate_limited' ? refusal.details?.retryAfterSeconds : undefined;
}

const statuses: Partial<Record<ErrorCode, number>> = {
  invalid_input: 400,
  confirmation_mismatch: 400,
  unauthenticated: 401,
  token_not_accepted: 401,
  forbidden: 403,
  network_not_allowed: 403,
  password_change_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  stale_version: 409,
  already_exists: 409,
  owned_by_source: 409,
  rate_limited: 429,
  search_too_slow: 503,
  cursor_expired: 410,
  precondition_required: 428,
  body_too_large: 413,
  request_timeout: 408,
  unavailable: 503,
  internal: 500,
};
