import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startRowsExport } from '@/lib/events/export';
import { eachTaskPage, exportedTaskColumns } from '@/lib/provisioning/queries/manual-tasks';
import { manualTaskFilterSchema } from '@/lib/provisioning/schema';

/** What is to be done by hand in an application, or was, as a file for whoever does it. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), query: manualTaskFilterSchema },
  async ({ params: { id }, query, actor }) => {
    const pages = eachTaskPage(id, query);
    const stream = await startRowsExport(pages, exportedTaskColumns, { format: 'csv', who: actor.id ?? '' });
    return new Response(stream, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="manual-tasks-${query.state}.csv"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  },
);
