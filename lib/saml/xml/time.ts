/** xs:dateTime in UTC to the second, which every SP reads; some stumble over milliseconds. */
export function xmlTime(instant: Date): string {
  const second = Math.floor(instant.getTime() / 1_000);
  const known = written.get(second);
  if (known !== undefined) return known;
  const text = `${instant.toISOString().slice(0, 19)}Z`;
  if (written.size >= 16) written.clear();
  written.set(second, text);
  return text;
}

/** A message says a time twice, and those of a second say the same: writing a time is a tenth of what a response costs besides its signature. */
const written = new Map<number, string>();

/** An xs:dateTime; UTC with or without saying so (SAML Core 1.3.3). @returns undefined for anything else */
export function readXmlTime(text: string): Date | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  // Milliseconds are the finest that a Date holds.
  const instant = new Date(parts ? `${parts[1]}${parts[2]?.slice(0, 4) ?? ''}${parts[3] ?? 'Z'}` : Number.NaN);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
