const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A new id (UUID, version 7), for a row whose id has to be known before it is written. They sort by when they were made. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

/** Whether a text is a UUID as PostgreSQL writes it, in lower case: it can be asked about without a failure of the cast. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
