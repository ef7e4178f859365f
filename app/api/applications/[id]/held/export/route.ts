import { z } from 'zod';
import { getApplication } from '@/lib/applications/queries';
import { defineExport } from '@/lib/auth/define-export';
import { listHeld } from '@/lib/provisioning/queries/held';

/** What waits in an application until somebody allows it. */
export const GET = defineExport({
  permission: 'provisioning.read',
  params: z.object({ id: z.uuid() }),
  filter: z.object({}),
  name: 'held-operations',
  columns: ['kind', 'name', 'action', 'reason', 'heldBy', 'heldAt', 'cycleId', 'operationId', 'id'],
  read: async ({ id }, { cursor }, limit) => {
    if (!cursor) await getApplication(id);
    return listHeld(id, { cursor }, limit);
  },
  lines: (rows) => rows,
});
