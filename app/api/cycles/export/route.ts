import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { listCycles } from '@/lib/provisioning/queries/cycles';

/** Cycles of all applications, or of one, the latest first. */
export const GET = defineExport({
  permission: 'provisioning.read',
  params: z.unknown(),
  filter: z.object({ applicationId: z.uuid().optional().catch(undefined) }),
  name: 'cycles',
  columns: [
    'startedAt',
    'finishedAt',
    'application',
    'trigger',
    'status',
    'create',
    'update',
    'deactivate',
    'skip',
    'held',
    'error',
    'drift',
    'message',
    'id',
  ],
  read: (_, filter, limit) => listCycles(filter, limit),
  lines: (rows) =>
    rows.map(({ counts, error, applicationLabel, id, startedAt, finishedAt, trigger, status, drift }) => ({
      ...{ id, startedAt, finishedAt, application: applicationLabel, trigger, status, drift },
      ...counts,
      message: error?.message ?? null,
    })),
});
