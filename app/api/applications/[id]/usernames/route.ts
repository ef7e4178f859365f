import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startRowsExport } from '@/lib/events/export';
import { eachUsernamePage, exportedUsernameColumns } from '@/lib/provisioning/queries/exported-usernames';

/** Application usernames as they are, as a file that can be changed and given back. */
export const GET = defineRoute(
  { permission: 'applications.read', params: z.object({ id: z.uuid() }) },
  async ({ params: { id }, actor }) => {
    const pages = eachUsernamePage(id);
    const stream = await startRowsExport(pages, exportedUsernameColumns, { format: 'csv', who: actor.id ?? '' });
    return new Response(stream, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="application-usernames.csv"',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  },
);
