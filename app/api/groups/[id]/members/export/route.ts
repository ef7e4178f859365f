import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { getGroup } from '@/lib/directory/get-group';
import { listGroupMembers } from '@/lib/directory/queries';
import { memberFilterSchema } from '@/lib/directory/schema';

/** The members of a user group, those through nested groups among them. */
export const GET = defineExport({
  permission: 'groups.read',
  params: z.object({ id: z.uuid() }),
  filter: memberFilterSchema.omit({ cursor: true }),
  name: 'members',
  columns: ['displayName', 'username', 'email', 'status', 'department', 'membership', 'through', 'id'],
  read: async ({ id }, { kind, ...filter }, limit) => {
    if (!filter.cursor) await getGroup(id);
    return listGroupMembers({ groupId: id, ...filter, ...(kind ? { direct: kind === 'direct' } : {}) }, limit);
  },
  lines: (rows) =>
    rows.map(({ direct, through, ...row }) => ({
      ...row,
      membership: direct ? 'direct' : 'nested',
      through: through.join(', '),
    })),
});
