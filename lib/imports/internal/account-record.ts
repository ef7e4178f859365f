import { cleanLine } from '@/lib/core/text';
import type { ImportRow } from '@/lib/db/generated/client';
import type { SourceRecord } from '@/lib/mappings/source';
import type { Value } from '@/lib/mappings/value';
import { readPath, type ScimResource } from '@/lib/scim/path';

/** What is known of an account without its resource. */
export type ListedAccount = Pick<ImportRow, 'userName' | 'email' | 'displayName' | 'firstname' | 'lastname'>;

/** Attributes of an account that an expression can name. */
const mostPaths = 300;

/**
 * The value of a path as a text, one line, the first one of several; null where there is none. Where an account has only a display name, or an address for a
 * username, that stands for what is missing.
 */
export function textAt(row: ListedAccount, resource: ScimResource | undefined, path: string): string | null {
  const [first, last] = namesOf(row);
  switch (path) {
    case 'userName':
      return row.userName;
    case 'emails.value':
      return row.email ?? (row.userName.includes('@') ? row.userName : '');
    case 'name.givenName':
      return cleanLine(first);
    case 'name.familyName':
      return cleanLine(last);
    case 'displayName':
      return row.displayName && cleanLine(row.displayName);
    default: {
      const read = resource && readPath(resource, path);
      const value: unknown = Array.isArray(read) ? read[0] : read;
      return ['string', 'number', 'boolean'].includes(typeof value) ? cleanLine(String(value)) || null : null;
    }
  }
}

/** First and last name; split from the display name where the account has only that. */
function namesOf({ firstname, lastname, displayName }: ListedAccount): [string, string] {
  if (firstname || lastname) return [firstname ?? '', lastname ?? ''];
  const words = (displayName ?? '').trim().split(/\s+/);
  return [words.slice(0, -1).join(' '), words.at(-1) ?? ''];
}

/**
 * An account as expressions see it: by the names that a person's properties have, and by its own paths, such as `[userName]`,
 * `[name.honorificPrefix]`, `[emails.value]` or `[urn:…:User:division]`. At most 300 of them.
 */
export function accountRecord(row: ListedAccount, resource: ScimResource | undefined): SourceRecord {
  const record: Record<string, Value> = {};
  flatten(record, '', resource ?? {});
  return {
    ...record,
    username: row.userName,
    email: textAt(row, resource, 'emails.value'),
    firstname: textAt(row, resource, 'name.givenName'),
    lastname: textAt(row, resource, 'name.familyName'),
    displayName: row.displayName,
  };
}

function flatten(record: Record<string, Value>, prefix: string, value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (Object.keys(record).length >= mostPaths) return;
    const path =
      prefix === '' ? name : `${prefix}${prefix.startsWith('urn:') && !prefix.includes('.') ? ':' : '.'}${name}`;
    const first: unknown = Array.isArray(part) ? part[0] : part;
    if (typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean') {
      record[path] = Array.isArray(part) ? part.filter((one) => typeof one === 'string') : first;
    } else if (first && typeof first === 'object') flatten(record, path, first);
  }
}
