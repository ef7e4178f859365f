import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { listGroups } from '@/lib/directory/list-groups';
import { groupFilterSchema } from '@/lib/directory/schema';

/** The user groups that the filters of the list leave. */
export const GET = defineExport({
  permission: 'groups.read',
  params: z.unknown(),
  filter: groupFilterSchema.omit({ cursor: true }),
  name: 'user-groups',
  columns: [
    'name',
    'description',
    'members',
    'nestedGroups',
    'applications',
    'dynamic',
    'importedFrom',
    'source',
    'id',
  ],
  read: (_, filter, limit) => listGroups(filter, limit),
  lines: (rows) =>
    rows.map(({ importedFrom, source, ...row }) => ({
      ...row,
      importedFrom: importedFrom?.displayLabel ?? null,
      source: source?.name ?? null,
    })),
});
