import { openApiDocument } from './openapi';

const made = new Map<string, string>();

/** The description of the API as it goes over the wire, written once: anybody may ask for it. */
export function openApiText(origin: string): string {
  const known = made.get(origin) ?? JSON.stringify(openApiDocument(origin));
  made.set(origin, known);
  return known;
}
