import { defineRoute } from '@/lib/auth/define-route';
import { runRows } from '@/lib/imports/run-import';
import { importIdSchema } from '@/lib/imports/schema';

/**
 * Runs a confirmed import of fewer than 100 rows while its page shows the results as they come. A route and not an
 * action, because the page could not refresh itself while an action runs.
 */
export const POST = defineRoute({ permission: 'imports.run', params: importIdSchema }, async ({ params }) => ({
  finished: await runRows(params.importId, { stretchMs: 25_000 }),
}));
