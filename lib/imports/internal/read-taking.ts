import { db, type Tx } from '@/lib/db/client';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import type { ReverseMapping } from '../settings-schema';
import { customKey } from '../taken-attributes';
import { type Taking, takingOf } from './account-values';

/** What is taken of accounts by these mappings, with the custom attributes as they are defined now. */
export async function readTaking(mappings: readonly ReverseMapping[], tx: Tx = db): Promise<Taking> {
  const isCustom = mappings.some(({ attribute }) => customKey(attribute) !== undefined);
  return takingOf(mappings, isCustom ? await listNamedAttributes(tx) : []);
}
