import { z } from 'zod';
import { importRowStates } from '@/lib/core/states';
import { confirmImportGroups } from '@/lib/imports/groups/confirm-groups';
import { decideImportGroups } from '@/lib/imports/groups/decide-groups';
import { listImportGroups } from '@/lib/imports/groups/queries';
import { importGroupMatches } from '@/lib/imports/groups/schema';
import { getImport } from '@/lib/imports/queries';
import { idParams, pageOf, pageQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { importGroup } from './representations/imports';

const tag = 'Imports';
const ofImport = { tag, method: 'POST', params: idParams, as: { id: 'importId' } } as const;

export const importGroupOperations: Operation[] = [
  defineOperation(
    {
      id: 'listImportGroups',
      method: 'GET',
      path: '/imports/{id}/groups',
      tag,
      summary: 'List the groups of an import',
      permission: 'imports.read',
      params: idParams,
      query: z.object({
        q: z.string().trim().max(200).optional().describe('A part of the name.'),
        match: z
          .enum(['undecided', ...importGroupMatches])
          .optional()
          .describe('`undecided`: somebody has to choose first.'),
        state: z.enum(importRowStates).optional(),
        ...pageQuery,
      }),
      answer: pageOf(importGroup),
    },
    async ({ params, query: { limit, match: groups, state: result, ...filter } }) => {
      await getImport(params.id);
      return listImportGroups(params.id, { ...filter, groups, result }, limit);
    },
  ),
  toOperation(decideImportGroups, {
    ...ofImport,
    path: '/imports/{id}/groups/decide',
    summary: 'Choose what is to be done with groups',
    description:
      '`keep`: as groups of the application, read-only here. `link`: the user group is pushed to it from then on, as by *link*; `turn`: a user group of the directory with these members. Both are for administrators. `ignore`: left out, by later imports too. Groups that are here already stay as they are.',
    answer: z.object({ changed: z.number().int() }),
    show: ({ changed }) => ({ changed }),
  }),
  toOperation(confirmImportGroups, {
    ...ofImport,
    path: '/imports/{id}/groups/confirm',
    summary: 'Import groups as was chosen',
    description:
      'In the background: list them until none is `queued`. Those that the safeguard has held follow the application, and their people lose what they gave. An import of groups alone is confirmed by it.',
    answer: z.object({ queued: z.number().int() }),
    show: ({ changed }) => ({ queued: changed }),
    status: 202,
  }),
];
