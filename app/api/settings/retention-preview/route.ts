import { defineRoute } from '@/lib/auth/define-route';
import { previewRetention } from '@/lib/installation/retention';
import { retentionQuerySchema } from '@/lib/settings/schema';

/** What shorter ages would delete: the screen asks before it saves them. */
export const GET = defineRoute({ permission: 'settings.read', query: retentionQuerySchema }, async ({ query }) => ({
  items: await previewRetention(query),
}));
