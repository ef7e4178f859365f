/** A page of a list that is read by key: hand `nextCursor` back to get the following one. */
export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Rows that a search looks at for a page. Where a list has no more of them, every answer is complete. */
export const searchedRows = 1_200;

/** The same where every row has its words elsewhere: members of a group, people of an application, what a cycle did. */
export const searchedPeople = 300;

/** Opaque cursor over the values that a page ended with; it can stand in an address as it is (base64url). */
export function encodeCursor(parts: readonly string[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The inverse of {@link encodeCursor}; undefined when the cursor is not one of ours. @param length how many values, where that is known */
export function decodeCursor(cursor: string | undefined, length?: number): string[] | undefined {
  if (!cursor) return undefined;
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const parts: unknown = JSON.parse(new TextDecoder().decode(bytes));
    // PostgreSQL knows no NUL character: there is no such key.
    const isKey = (part: unknown) => typeof part === 'string' && !part.includes('\0');
    const ok = Array.isArray(parts) && (length === undefined || parts.length === length) && parts.every(isKey);
    return ok ? (parts as string[]) : undefined;
  } catch {
    return undefined;
  }
}
