/**
 * The one error that a refused command throws. `code` is stable (docs/errors.md has an entry per code), `message`
 * says what happened, `hint` how to mend it, `field` names the form field (dot path) where it was made.
 * What happens to one person during provisioning is a value, not an AppError: partial failure is data.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  /** Plain data that a screen needs to help: `stale_version` carries `{version, values}` as they are now. */
  readonly details: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; field?: string; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.field = options.field;
    this.details = options.details;
  }
}

/** Every code that the product can answer with. Closed, so that a screen or a script can rely on it. */
export const errorCodes = [
  'invalid_input',
  'unauthenticated',
  'token_not_accepted',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'stale_version',
  'already_exists',
  'last_administrator',
  'unresolved_placeholder',
  'sso_required',
  'not_active',
  'already_active',
  'target_not_allowed',
  'connection_failed',
  'confirmation_mismatch',
  'password_change_required',
  'link_expired',
  'expression_error',
  'rate_limited',
  'search_too_slow',
  'cursor_expired',
  'precondition_required',
  'idempotency_key_reused',
  'delivery_failed',
  'body_too_large',
  'request_timeout',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
