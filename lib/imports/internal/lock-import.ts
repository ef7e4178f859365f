import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Import, ImportState } from '@/lib/db/generated/client';
import type { Resource } from '@/lib/events/command';

const versions: Record<ImportState, number> = { fetching: 1, review: 2, running: 3, failed: 4, finished: 4 };

/** An import as commands answer it. It only goes forward: which of its versions it is, nobody has to store. */
export function asResource({ id, state }: Pick<Import, 'id' | 'state'>): Resource {
  return { id, version: versions[state] };
}

/** An import with its application, locked against another writer until the transaction ends. @throws AppError `not_found` */
export async function lockImport(tx: Tx, importId: string) {
  await tx.$queryRaw`SELECT id FROM imports WHERE id = ${importId}::uuid FOR NO KEY UPDATE`;
  const found = await tx.import.findUnique({
    where: { id: importId },
    include: { application: { select: { id: true, displayLabel: true, usernameFormat: true } } },
  });
  if (!found) throw new AppError('not_found', 'This import does not exist any more.');
  return found;
}
