import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { AttributeDefinition } from '@/lib/db/generated/client';
import type { AttributeType } from '@/lib/filters/check-filter';

/** Definitions that a list holds; beyond, an attribute is not offered. */
export const mostDefinitions = 1_000;

/** The custom attributes that people can have, by name, with the kind of each: that of the value which it was first used with. */
export async function readAttributeTypes(tx: Tx = db): Promise<Map<string, AttributeType>> {
  const rows = await tx.attributeDefinition.findMany({ orderBy: { key: 'asc' }, take: mostDefinitions });
  return new Map(rows.map(({ key, type }) => [key, type as AttributeType]));
}

/** Names of the custom attributes that people can have: those that were used once, however many people there are. */
export async function listCustomAttributes(tx: Tx = db): Promise<string[]> {
  const rows = await tx.attributeDefinition.findMany({
    select: { key: true },
    orderBy: { key: 'asc' },
    take: mostDefinitions,
  });
  return rows.map((row) => row.key);
}

/** A custom attribute with the kind of its values; `label` empty: people call it by its name. */
export interface NamedAttribute {
  name: string;
  type: AttributeType;
  label: string;
}

/** What screens show of the custom attributes that people can have. */
export async function listNamedAttributes(tx: Tx = db): Promise<NamedAttribute[]> {
  const rows = await listAttributeDefinitions(tx);
  return rows.map(({ key, type, label }) => ({ name: key, type: type as AttributeType, label }));
}

/**
 * Those of these attributes that are defined, held until the end of the transaction: none is deleted or given another type
 * before what names them is saved. @param keys at most 1,000
 */
export async function holdAttributes(tx: Tx, keys: readonly string[]): Promise<NamedAttribute[]> {
  if (keys.length === 0) return [];
  return tx.$queryRaw<NamedAttribute[]>`
    SELECT key AS name, type, label FROM attribute_definitions WHERE key = ANY (${[...keys]}::text[]) ORDER BY key FOR KEY SHARE`;
}

/** Definitions in full, by key; 1,000 at most. */
export function listAttributeDefinitions(tx: Tx = db): Promise<AttributeDefinition[]> {
  return tx.attributeDefinition.findMany({ orderBy: { key: 'asc' }, take: mostDefinitions });
}

/** One definition. @throws AppError `not_found` */
export async function getAttributeDefinition(id: string): Promise<AttributeDefinition> {
  const found = await db.attributeDefinition.findUnique({ where: { id } });
  if (!found) throw new AppError('not_found', 'This attribute is not defined any more.');
  return found;
}
