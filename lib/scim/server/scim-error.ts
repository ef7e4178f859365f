/** The kinds of mistakes that RFC 7644 §3.12 names. */
export type ScimErrorType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A request that is refused, as RFC 7644 §3.12 says it. */
export class ScimError extends Error {
  override name = 'ScimError';

  /**
   * @param status of HTTP
   * @param detail what happened, for whoever reads the log of the client: no secrets, and no values that were sent
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly scimType?: ScimErrorType,
  ) {
    super(detail);
  }
}

/** 400 with a kind. */
export function badRequest(scimType: ScimErrorType, detail: string): ScimError {
  return new ScimError(400, detail, scimType);
}

/** The body of a refusal. */
export function errorBody(error: {
  status: number;
  detail: string;
  scimType?: ScimErrorType | undefined;
}): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(error.status),
    ...(error.scimType ? { scimType: error.scimType } : {}),
    detail: error.detail,
  };
}
