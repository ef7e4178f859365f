import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startExport } from '@/lib/events/export';
import { eachEventPage } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';

const query = eventFilterSchema.extend({ format: z.enum(['csv', 'json']) });
const types = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** Everything that the filter matches as a file, at most 100,000 events, written as it is read. */
export const GET = defineRoute(
  { permission: 'events.read', query },
  async ({ query: { format, ...filter }, actor }) => {
    const name = `events-${new Date().toISOString().slice(0, 10)}.${format}`;
    return new Response(await startExport(eachEventPage(filter), format, actor.id ?? ''), {
      headers: {
        'content-type': types[format],
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  },
);
