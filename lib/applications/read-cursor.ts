import { decodeCursor } from '@/lib/core/pagination';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sort key and id that a page ended with; undefined for a cursor that PostgreSQL could not be asked about. */
export function readCursor(cursor: string | undefined): [key: string, id: string] | undefined {
  const [key, id] = (cursor && decodeCursor(cursor, 2)) || [];
  return key === undefined || id === undefined || key.includes('\0') || !uuid.test(id) ? undefined : [key, id];
}
