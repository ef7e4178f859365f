/** A page of a list that is read by key: hand `nextCursor` back to get the following one. */
export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Opaque cursor over the values of the sort key and the id. */
export function encodeCursor(parts: readonly string[]): string {
  return encodeURIComponent(JSON.stringify(parts));
}

/** The inverse of {@link encodeCursor}; undefined when the cursor is not one of ours. */
export function decodeCursor(cursor: string, length: number): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(decodeURIComponent(cursor));
    const ok = Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === 'string');
    return ok ? (parts as string[]) : undefined;
  } catch {
    return undefined;
  }
}
