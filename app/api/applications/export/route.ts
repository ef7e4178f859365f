import { z } from 'zod';
import { applicationFilterSchema, listApplications } from '@/lib/applications/queries';
import { defineExport } from '@/lib/auth/define-export';

/** Configured Applications. */
export const GET = defineExport({
  permission: 'applications.read',
  params: z.unknown(),
  filter: applicationFilterSchema.omit({ cursor: true }),
  name: 'applications',
  columns: [
    'displayLabel',
    'description',
    'templateId',
    'ssoStatus',
    'idmStatus',
    'certificateUntil',
    'lastCycleAt',
    'lastCycleStage',
    'openErrors',
    'id',
  ],
  read: (_, { sort, ...filter }, limit) => listApplications({ ...filter, ...(sort ?? {}), limit }),
  lines: (rows) => rows.map(({ logoImage: _, logoColor: _c, ...row }) => row),
});
