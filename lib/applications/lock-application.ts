import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';

/**
 * The row of an application, locked against another writer; not against who writes a row that refers to it.
 * @throws AppError `not_found`
 */
export async function lockApplication(tx: Tx, id: string) {
  await tx.$queryRaw`SELECT 1 FROM applications WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.application.findUnique({ where: { id } });
  if (!row) {
    throw new AppError('not_found', 'This application does not exist any more.', {
      hint: 'Go back to SSO Applications.',
    });
  }
  return row;
}

/** @throws AppError `stale_version` carrying what is stored now, so that the form can show both */
export function assertVersion(present: { version: number }, expected: number, values: Record<string, unknown>): void {
  if (present.version === expected) return;
  throw new AppError('stale_version', 'Somebody else saved this application while you were editing it.', {
    hint: 'Compare what is stored now with what you typed, then save again.',
    details: { version: present.version, values },
  });
}
