import { defineRoute } from '@/lib/auth/define-route';
import { getProgress } from '@/lib/imports/queries';
import { importIdSchema } from '@/lib/imports/schema';

/** How far an import is; asked for every second until it is over. */
export const GET = defineRoute({ permission: 'imports.read', params: importIdSchema, live: true }, ({ params }) =>
  getProgress(params.importId),
);
