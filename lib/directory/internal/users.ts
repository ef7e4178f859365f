import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';

/**
 * Reads a person and holds the row until the end of the transaction, so that two commands on one person follow each
 * other. Who writes a row that refers to the person (a membership, an account) does not wait for that.
 * @throws AppError `not_found`; erased people are not found
 */
export async function lockUser(tx: Tx, id: string): Promise<User> {
  await tx.$queryRaw`SELECT id FROM users WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const user = await tx.user.findUnique({ where: { id } });
  if (!user || user.purgedAt) throw new AppError('not_found', 'This person is not in the directory any more.');
  return user;
}

/** @throws AppError `conflict` for a person who is deleted */
export function assertLive(user: User): void {
  if (!user.deletedAt) return;
  throw new AppError('conflict', `${user.displayName} is deleted.`, { hint: 'Restore the person first.' });
}

/**
 * Refuses to take away the last administrator who can sign in. Holds the rows of all of them, in one order, so that two
 * administrators who suspend each other at the same moment cannot both succeed. Call it before the row is held alone.
 * @throws AppError `last_administrator`
 */
export async function assertNotLastAdministrator(tx: Tx, id: string, doing: string): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users
    WHERE role = 'administrator' AND status = 'active' AND deleted_at IS NULL AND password_hash IS NOT NULL
    ORDER BY id FOR NO KEY UPDATE`;
  if (rows.length === 1 && rows[0]?.id === id.toLowerCase()) {
    throw new AppError('last_administrator', `The last active administrator cannot be ${doing}.`, {
      hint: 'Make somebody else an administrator first, who has set a password.',
    });
  }
}

/**
 * Checks that the manager exists and that nobody becomes a manager of their own managers. Two people who are given
 * managers follow each other: at once they could close a circle that neither of them sees.
 * @throws AppError `invalid_input` at the field managerId
 */
export async function assertManager(tx: Tx, userId: string | undefined, managerId: string | null): Promise<void> {
  if (!managerId) return;
  if (userId) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.managers'))`;
  const chain = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE above(id, manager_id) AS (
      SELECT id, manager_id FROM users WHERE id = ${managerId}::uuid AND deleted_at IS NULL
      UNION SELECT u.id, u.manager_id FROM users u JOIN above a ON u.id = a.manager_id)
    SELECT id FROM above`;
  if (chain.length === 0) throw new AppError('invalid_input', 'This manager does not exist.', { field: 'managerId' });
  if (userId && chain.some((row) => row.id === userId)) {
    throw new AppError('invalid_input', 'Nobody can report to themselves, not even through others.', {
      field: 'managerId',
    });
  }
}
