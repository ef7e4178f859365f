import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { type Group, Prisma } from '@/lib/db/generated/client';

/** The event target that names this group. */
export const groupTarget = (group: { id: string; name: string }) =>
  ({ type: 'group', id: group.id, name: group.name }) as const;

/**
 * Reads a group and holds the row until the end of the transaction; who writes a row that refers to it does not wait for that.
 * @throws AppError `not_found` for unknown and deleted groups
 */
export async function lockGroup(tx: Tx, id: string): Promise<Group> {
  await tx.$queryRaw`SELECT id FROM groups WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const group = await tx.group.findUnique({ where: { id } });
  if (!group || group.deletedAt) throw new AppError('not_found', 'This user group does not exist any more.');
  return group;
}

/** @throws AppError `conflict` for a group of an application: it is what it is over there */
export function assertOwn(group: Group): void {
  if (!group.importedFromId) return;
  throw new AppError('conflict', `${group.name} was imported from an application and is read-only.`, {
    hint: 'Change it in the application and import again, or turn it into a group of the directory.',
  });
}

/** Whether a group is of an application that has it no longer, or is itself no more: nothing changes it there. */
export async function isOrphan(tx: Tx, { importedFromId, goneAt }: Group): Promise<boolean> {
  if (!importedFromId) return false;
  return goneAt !== null || (await tx.application.count({ where: { id: importedFromId } })) === 0;
}

/** A refused insert or update, as the field's own message; anything else as it came. */
export function asNameTaken(error: unknown, name: string): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return error;
  return new AppError('already_exists', `There already is a user group named “${name}”.`, { field: 'name' });
}
