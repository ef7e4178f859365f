import { z } from 'zod';
import { defineExport } from '@/lib/auth/define-export';
import { waitingFilterSchema } from '@/lib/imports/schema';
import { listWaitingImports } from '@/lib/imports/waiting';

/** Imports that wait for somebody, the oldest first. */
export const GET = defineExport({
  permission: 'imports.read',
  params: z.unknown(),
  filter: waitingFilterSchema.omit({ cursor: true }),
  name: 'imports',
  columns: [
    'application',
    'state',
    'undecided',
    'listed',
    'failed',
    'groups',
    'heldNew',
    'startedByName',
    'startedAt',
    'id',
  ],
  read: (_, filter, limit) => listWaitingImports(filter, limit),
  lines: (rows) =>
    rows.map(({ application, held, ...row }) => ({
      ...row,
      application: application.displayLabel,
      heldNew: held?.count ?? null,
    })),
});
