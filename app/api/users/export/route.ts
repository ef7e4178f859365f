import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { exportedUserColumns, exportedUsers } from '@/lib/directory/export-users';
import { listUsers } from '@/lib/directory/list-users';
import { userFilterSchema } from '@/lib/directory/schema';

/** The people whom the filters of the list leave, as a file that an import of people reads. */
export const GET = defineExport({
  permission: 'users.read',
  params: z.unknown(),
  filter: userFilterSchema.omit({ groupId: true, cursor: true }),
  name: 'users',
  columns: exportedUserColumns,
  read: (_, filter, limit) => listUsers(filter, limit),
  lines: exportedUsers,
});
