import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { failedLines, getUserBatch } from '@/lib/batches/queries';
import { csvLine, utf8Mark } from '@/lib/core/csv';
import { exportResponse } from '@/lib/events/export-response';

/** The lines of a file that were refused or failed, as they were, with why in a last column: to be corrected and uploaded again. */
export const GET = defineRoute({ permission: 'users.read', params: z.object({ id: z.uuid() }) }, async ({ params }) => {
  const { file } = await getUserBatch(params.id);
  const header = file?.header ?? [];
  const pages = failedLines(params.id);
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(utf8Mark + csvLine([...header, 'Reason']))),
    async pull(controller) {
      const { value, done } = await pages.next();
      if (done) return controller.close();
      const lines = value.map(({ cells, reason }) =>
        csvLine([...header.map((_, index) => cells[index] ?? ''), reason]),
      );
      controller.enqueue(encoder.encode(lines.join('')));
    },
    cancel: () => pages.return(undefined).then(() => undefined),
  });
  return exportResponse(stream, { name: `not-imported-${params.id.slice(0, 8)}`, format: 'csv' });
});
