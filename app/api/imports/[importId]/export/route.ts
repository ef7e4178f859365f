import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startRowsExport } from '@/lib/events/export';
import { exportResponse } from '@/lib/events/export-response';
import { eachImportPage, exportedImportColumns } from '@/lib/imports/export-rows';
import { getImport } from '@/lib/imports/queries';
import { importFilterSchema, importIdSchema } from '@/lib/imports/schema';

const query = importFilterSchema
  .omit({ cursor: true, confirmed: true })
  .extend({ confirmed: z.literal('true').optional().catch(undefined), format: z.enum(['csv', 'json']) });

/** The accounts of an import as a file, written as they are read. */
export const GET = defineRoute(
  { permission: 'imports.read', params: importIdSchema, query },
  async ({ params: { importId }, query: { format, confirmed, ...filter }, actor }) => {
    const { startedAt } = await getImport(importId);
    const pages = eachImportPage(importId, { ...filter, confirmed: confirmed === 'true' });
    const stream = await startRowsExport(pages, exportedImportColumns, { format, who: actor.id ?? '' });
    return exportResponse(stream, { name: `import-${startedAt.toISOString().slice(0, 10)}`, format });
  },
);
