import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { startRowsExport } from '@/lib/events/export';
import { exportResponse } from '@/lib/events/export-response';
import { dryRunFilterSchema } from '@/lib/provisioning/dry-runs/schema';
import { eachDryRunPage, exportedColumns } from '@/lib/provisioning/queries/dry-run-rows';
import { getDryRun } from '@/lib/provisioning/queries/dry-runs';

const query = dryRunFilterSchema.omit({ q: true }).extend({ format: z.enum(['csv', 'json']) });

/** What a dry run has found as a file, written as it is read. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), query },
  async ({ params: { id }, query: { format, ...filter }, actor }) => {
    const { startedAt } = await getDryRun(id);
    const pages = eachDryRunPage(id, filter);
    const stream = await startRowsExport(pages, exportedColumns, { format, who: actor.id ?? '' });
    return exportResponse(stream, { name: `dry-run-${startedAt.toISOString().slice(0, 10)}`, format });
  },
);
