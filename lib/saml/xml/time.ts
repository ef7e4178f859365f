/** xs:dateTime in UTC to the second, which every SP reads; some stumble over milliseconds. */
export function xmlTime(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** An xs:dateTime; UTC with or without saying so (SAML Core 1.3.3). @returns undefined for anything else */
export function readXmlTime(text: string): Date | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  // Milliseconds are the finest that a Date holds.
  const instant = new Date(parts ? `${parts[1]}${parts[2]?.slice(0, 4) ?? ''}${parts[3] ?? 'Z'}` : Number.NaN);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
