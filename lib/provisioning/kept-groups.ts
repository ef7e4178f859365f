import type { Tx } from '@/lib/db/client';

/**
 * Of these groups over there, those that are kept here as groups of the application, with their names here: nothing of them is ever sent, neither by
 * their own name nor by that of a user group that is called the same.
 */
export async function findKeptGroups(
  tx: Tx,
  applicationId: string,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.group.findMany({
    where: { importedFromId: applicationId, remoteId: { in: [...remoteIds] }, deletedAt: null },
    select: { remoteId: true, name: true },
  });
  return new Map(rows.flatMap(({ remoteId, name }) => (remoteId ? [[remoteId, name] as const] : [])));
}
