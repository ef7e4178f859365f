/** Every way in which a request can end without an answer. Closed, so that callers can switch over it. */
export type HttpErrorCode =
  | 'invalid_url'
  | 'invalid_request'
  | 'target_not_allowed'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too_large'
  | 'redirect'
  | 'reset'
  | 'invalid_response'
  | 'aborted';

export interface HttpErrorDetails {
  /** Whether the request may have reached the server: if so, nobody knows what it did with it. */
  requestSent: boolean;
  /** The status line, where one arrived before the failure. */
  status?: number;
  /** Where a redirect points to. It is reported, never followed. */
  location?: string;
  cause?: unknown;
}

/** The request has no answer. The message is for people and never holds a header or a body. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly requestSent: boolean;
  readonly status: number | undefined;
  readonly location: string | undefined;

  constructor(code: HttpErrorCode, message: string, details: HttpErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'HttpError';
    this.code = code;
    this.requestSent = details.requestSent;
    this.status = details.status;
    this.location = details.location;
  }
}
