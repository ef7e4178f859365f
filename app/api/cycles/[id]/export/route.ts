import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startRowsExport } from '@/lib/events/export';
import { exportResponse } from '@/lib/events/export-response';
import { cycleRowFilterSchema, eachCyclePage, exportedColumns } from '@/lib/provisioning/queries/cycle-rows';
import { getCycle } from '@/lib/provisioning/queries/cycles';

const query = cycleRowFilterSchema.extend({
  drift: z.literal('found').optional().catch(undefined),
  format: z.enum(['csv', 'json']),
});

/** What became of everyone in a cycle as a file, written as it is read. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), query },
  async ({ params: { id }, query: { format, drift, ...filter }, actor }) => {
    const { startedAt } = await getCycle(id);
    const pages = eachCyclePage(id, { ...filter, drift: drift === 'found' });
    const stream = await startRowsExport(pages, exportedColumns, { format, who: actor.id ?? '' });
    return exportResponse(stream, { name: `cycle-${startedAt.toISOString().slice(0, 10)}`, format });
  },
);
