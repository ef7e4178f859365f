import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startExport } from '@/lib/events/export';
import { exportResponse } from '@/lib/events/export-response';
import { eachEventPage } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';

const query = eventFilterSchema.extend({ format: z.enum(['csv', 'json']) });

/** Everything that the filter matches as a file, at most 100,000 events, written as it is read. */
export const GET = defineRoute(
  { permission: 'events.read', query },
  async ({ query: { format, ...filter }, actor }) => {
    const stream = await startExport(eachEventPage(filter), format, actor.id ?? '');
    return exportResponse(stream, { name: `events-${new Date().toISOString().slice(0, 10)}`, format });
  },
);
