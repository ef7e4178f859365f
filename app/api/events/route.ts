import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { latestEventId, listNewerEvents } from '@/lib/events/queries';
import { eventFilterSchema, eventIdSchema } from '@/lib/events/schema';

const query = eventFilterSchema.extend({ after: z.union([eventIdSchema, z.literal('0')]) });

/** Events that came after one: the live tail asks for them. `latest` falls when the demo was reset. */
export const GET = defineRoute(
  { permission: 'events.read', query, live: true },
  async ({ query: { after, ...filter } }) => {
    const [items, latest] = await Promise.all([listNewerEvents(filter, after), latestEventId()]);
    return { items, latest };
  },
);
