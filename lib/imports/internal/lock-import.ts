import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';

/** An import with its application, locked against another writer until the transaction ends. @throws AppError `not_found` */
export async function lockImport(tx: Tx, importId: string) {
  await tx.$queryRaw`SELECT id FROM imports WHERE id = ${importId}::uuid FOR UPDATE`;
  const found = await tx.import.findUnique({
    where: { id: importId },
    include: { application: { select: { id: true, displayLabel: true, usernameFormat: true } } },
  });
  if (!found) throw new AppError('not_found', 'This import does not exist any more.');
  return found;
}
