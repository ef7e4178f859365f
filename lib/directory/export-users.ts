import { db } from '@/lib/db/client';
import { listCustomAttributes } from './attribute-definitions';
import { fileFields } from './file-fields';
import type { UserRow } from './list-users';

/** What an import does not read. */
const besides = ['role', 'status', 'createdAt', 'deletedAt', 'id'] as const;

/** Columns of the file, headed as an import of people reads them, so that it can be changed and given back; what that does not read comes last. */
export async function exportedUserColumns(): Promise<string[]> {
  return [...fileFields, ...(await listCustomAttributes()), ...besides];
}

/** A page of the list with everything of these people, in its order. */
export async function exportedUsers(rows: readonly Pick<UserRow, 'id'>[]): Promise<Record<string, unknown>[]> {
  const found = await db.user.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    omit: { passwordHash: true },
    include: { manager: { select: { username: true, deletedAt: true } } },
  });
  const byId = new Map(found.map((user) => [user.id, user]));
  return rows.flatMap(({ id }) => {
    const user = byId.get(id);
    if (!user) return [];
    const { manager, customAttributes, status, deletedAt } = user;
    return [
      {
        // Its own columns go before an attribute that is called like one of them.
        ...(customAttributes as Record<string, unknown>),
        ...Object.fromEntries([...fileFields, ...besides].map((name) => [name, user[name as keyof typeof user]])),
        manager: manager && !manager.deletedAt ? manager.username : null,
        status: deletedAt ? 'deleted' : status,
      },
    ];
  });
}
