import type { AttributeMapping } from './schema';
import { targetKey } from './target';

type Row = Omit<AttributeMapping, 'objectType' | 'position' | 'id'>;

/** Of a table of users, what decides whether an account is active: neither where its rows stand nor what they are called. */
export function activeRows(
  rows: readonly Row[],
): Pick<Row, 'kind' | 'source' | 'apply' | 'defaultValue' | 'required'>[] {
  return rows
    .filter(({ target }) => targetKey(target) === 'active')
    .map(({ kind, source, apply, defaultValue, required }) => ({ kind, source, apply, defaultValue, required }));
}
