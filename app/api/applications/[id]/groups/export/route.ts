import { z } from 'zod';
import { listGroupsOfApplication } from '@/lib/applications/association-queries';
import { getApplication } from '@/lib/applications/queries';
import { defineExport } from '@/lib/auth/define-export';

/** User groups as an application sees them: associated ones first. */
export const GET = defineExport({
  permission: 'applications.read',
  params: z.object({ id: z.uuid() }),
  filter: z.object({
    q: z.string().trim().max(200).optional().catch(undefined),
    associated: z.enum(['yes', 'no']).optional().catch(undefined),
  }),
  name: 'application-groups',
  columns: ['name', 'description', 'associated', 'members', 'importedFrom', 'id'],
  read: async ({ id }, { associated, ...filter }, limit) => {
    if (!filter.cursor) await getApplication(id);
    return listGroupsOfApplication(id, {
      ...filter,
      ...(associated ? { associated: associated === 'yes' } : {}),
      limit,
    });
  },
  lines: (rows) => rows,
});
