import { db, type Tx } from '@/lib/db/client';

/** Definitions that a list holds; beyond, an attribute is not offered. */
const most = 1_000;

/** Names of the custom attributes that people can have: those that were used once, however many people there are. */
export async function listCustomAttributes(tx: Tx = db): Promise<string[]> {
  const rows = await tx.attributeDefinition.findMany({ select: { key: true }, orderBy: { key: 'asc' }, take: most });
  return rows.map((row) => row.key);
}
