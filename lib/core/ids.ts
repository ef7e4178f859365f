const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is a UUID as PostgreSQL writes it, in lower case: it can be asked about without a failure of the cast. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
