import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { assignmentAddressSchema } from '@/lib/provisioning/schema';

/** Everybody in an application: why, by which name, and how the account stands. */
export const GET = defineExport({
  permission: 'applications.read',
  params: z.object({ id: z.uuid() }),
  filter: assignmentAddressSchema.omit({ cursor: true }),
  name: 'assignments',
  columns: [
    'displayName',
    'username',
    'email',
    'userStatus',
    'groups',
    'direct',
    'filteredOut',
    'applicationUsername',
    'accountUsername',
    'state',
    'code',
    'message',
    'lastChangeAt',
    'userId',
  ],
  read: ({ id }, { drift, names, ...filter }, limit) =>
    listAssignments(id, { ...filter, drift: drift === 'left', shared: names === 'shared' }, limit),
  lines: (rows) =>
    rows.map(({ groups, lastError, sharedWith, drift, ...row }) => ({
      ...row,
      groups: groups.join(', '),
      code: lastError?.code ?? null,
      message: lastError?.message ?? null,
    })),
});
