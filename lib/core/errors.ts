/** Every code that the product can answer with. Closed, so that a screen or a script can rely on it. */
export const errorCodes = [
  'invalid_input',
  'unauthenticated',
  'token_not_accepted',
  'forbidden',
  'network_not_allowed',
  'not_found',
  'method_not_allowed',
  'conflict',
  'stale_version',
  'already_exists',
  'owned_by_source',
  'last_administrator',
  'unresolved_placeholder',
  'sso_required',
  'not_active',
  'already_active',
  'target_not_allowed',
  'connection_failed',
  'authorization_failed',
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

/** What a refusal of one of these codes always carries besides its words: plain data by which a screen or a script helps. */
interface CarriedDetails {
  /** What is there now. `values` as a form would hold them; absent where only the version was asked for. */
  stale_version: { version: number; values?: Readonly<Record<string, unknown>> };
  /** When the same may be tried again. */
  rate_limited: { retryAfterSeconds: number };
  /** Where to read on from. */
  cursor_expired: { nextCursor: string };
  /** The directory that is the master of it. */
  owned_by_source: { sourceId: string; source: string };
}

/** One of several mistakes that were found at once. */
interface FoundProblem {
  message: string;
  /** Dot path, or the column of a table. */
  field?: string;
}

/** What a refusal of one of these codes may carry. A code that stands in neither list carries nothing. */
interface PossibleDetails {
  /** `entityIds`: the service providers among which one has to be chosen. */
  invalid_input: { entityIds?: readonly string[]; problems?: readonly FoundProblem[] };
  expression_error: { problems: readonly FoundProblem[] };
  unresolved_placeholder: { problems: readonly FoundProblem[] };
  /** `told`: what administrators read in the event, and the person does not. */
  conflict: { told: string };
}

/** The details of a refusal, by its code. */
export type ErrorDetails<Code extends ErrorCode> = Code extends keyof CarriedDetails
  ? CarriedDetails[Code]
  : Code extends keyof PossibleDetails
    ? PossibleDetails[Code] | undefined
    : undefined;

interface Words {
  hint?: string;
  field?: string;
  cause?: unknown;
}

type Options<Code extends ErrorCode> = Code extends keyof CarriedDetails
  ? [options: Words & { details: CarriedDetails[Code] }]
  : Code extends keyof PossibleDetails
    ? [options?: Words & { details?: PossibleDetails[Code] }]
    : [options?: Words];

class Refusal<Code extends ErrorCode> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly details: ErrorDetails<Code>;

  constructor(code: Code, message: string, ...[options = {}]: [(Words & { details?: ErrorDetails<Code> })?]) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.field = options.field;
    // The type of the constructor below asks for them where the code always carries them.
    this.details = options.details as ErrorDetails<Code>;
  }
}

/**
 * The one error that a refused command throws. `code` is stable (docs/errors.md has an entry per code), `message`
 * says what happened, `hint` how to mend it, `field` names the form field (dot path) where it was made, `details` are
 * what the code declares. A union by code: whoever has compared the code knows the details.
 * What happens to one person during provisioning is a value, not an AppError: partial failure is data.
 */
export type AppError<Code extends ErrorCode = ErrorCode> = Code extends ErrorCode ? Refusal<Code> : never;

/** `new AppError('stale_version', …)` does not compile without its details; `instanceof` narrows to the union. */
export const AppError = Refusal as {
  readonly prototype: AppError;
  new <Code extends ErrorCode>(code: Code, message: string, ...options: Options<Code>): AppError<Code>;
};
