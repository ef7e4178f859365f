import { db } from '@/lib/db/client';
import { listCustomAttributes } from './attribute-definitions';
import type { UserRow } from './list-users';

/** Headed as an import of people reads them, so that a file can be changed and given back; what it does not read comes last. */
const read = [
  'username',
  'email',
  'firstname',
  'lastname',
  'displayName',
  'employeeIdentifier',
  'jobTitle',
  'department',
  'company',
  'costCenter',
  'location',
  'phone',
  'manager',
] as const;
const besides = ['role', 'status', 'createdAt', 'deletedAt', 'id'] as const;

/** Columns of the file: custom attributes stand between the two. */
export async function exportedUserColumns(): Promise<string[]> {
  return [...read, ...(await listCustomAttributes()), ...besides];
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
        ...Object.fromEntries([...read, ...besides].map((name) => [name, user[name as keyof typeof user]])),
        manager: manager && !manager.deletedAt ? manager.username : null,
        status: deletedAt ? 'deleted' : status,
      },
    ];
  });
}
