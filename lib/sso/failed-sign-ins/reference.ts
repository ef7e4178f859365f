import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter that is read, or said, as another or as a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 8;
const pattern = /^[0-9A-HJKMNP-TV-Z]{8}$/;

/** A reference that nobody guesses: 40 bits, as it is stored. */
export function newReference(): string {
  return Array.from(randomBytes(characters), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** As people read it: two groups of four. */
export function showReference(reference: string): string {
  return `${reference.slice(0, 4)}-${reference.slice(4)}`;
}

/** What somebody typed or pasted, as it is stored; undefined for what is none. O, I and L are read as the digits that they look like. */
export function readReference(text: string): string | undefined {
  if (text.length > 40) return undefined;
  const compact = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return pattern.test(compact) ? compact : undefined;
}

const noted = new WeakMap<object, string>();

/** Remembers under which reference a refusal is kept, for the page that tells it. */
export function noteReference(refusal: object, reference: string | undefined): void {
  if (reference !== undefined) noted.set(refusal, reference);
}

/** As people read it; undefined where the refusal is not kept. */
export function referenceOf(refusal: object): string | undefined {
  const reference = noted.get(refusal);
  return reference && showReference(reference);
}
