import { z } from 'zod';
import { getScopeFilters } from '@/lib/applications/scope-filters';
import { filterSchema } from '@/lib/filters/schema';
import { objectTypeSchema } from '@/lib/mappings/schema';
import { askScopeFilter, listFilterChanges, previewScopeFilter } from '@/lib/provisioning/queries/filter-preview';
import { askedFilterSchema, filterChangesSchema } from '@/lib/provisioning/schema';
import { updateScopeFilter } from '@/lib/provisioning/update-scope-filter';
import { applicationParams, pageOf, pageQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';

const scopeFilters = z
  .object({
    applicationId: z.uuid(),
    displayLabel: z.string(),
    version: z.number().int().describe("The application's."),
    filters: z.array(
      z.object({
        objectType: objectTypeSchema,
        groups: filterSchema.describe('Clauses of a group all have to hold, of the groups one. Empty: everybody.'),
      }),
    ),
    groupNames: z.record(z.string(), z.string()).describe('Of IsMemberOf, by id; a group that is gone has none.'),
    customAttributes: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(['string', 'number', 'boolean']),
          label: z.string().describe('What people call it; empty: its name.'),
        }),
      )
      .describe('Custom attributes that people can have, with the kind of their values.'),
  })
  .meta({ id: 'ScopeFilters' });

const impact = z
  .object({
    enters: z.number().int(),
    leaves: z.number().int(),
    leavesManaged: z
      .number()
      .int()
      .describe('Of those who leave: with an account that would be deactivated, or released; or a group over there.'),
    inScope: z.number().int(),
    filteredOut: z.number().int(),
    becomes: z
      .enum(['deactivated', 'deleted', 'kept'])
      .describe('What becomes of those accounts, by the settings of the application; `kept` of groups.'),
    heldBy: z
      .enum(['setting', 'guard', 'perhaps'])
      .nullable()
      .describe(
        'Nothing of it is sent before somebody allows it: all is held, or it is more than the guard lets through. `perhaps`: not all were counted, and the guard lets through a share of all accounts.',
      ),
    isExact: z.boolean().describe('False: there are more than 100,000, and the numbers are of the first.'),
  })
  .meta({ id: 'FilterImpact' });

const change = z
  .object({
    id: z.uuid().describe("The person's or the user group's."),
    name: z.string(),
    detail: z.string().describe("A person's e-mail address."),
    change: z.enum(['enters', 'leaves']),
    managed: z.boolean().describe('There is an account, or a group, that is managed.'),
  })
  .meta({ id: 'FilterChange' });

const answer = z
  .object({
    name: z.string(),
    passes: z.boolean(),
    granted: z.boolean().describe('Whether they have access at all: a filter lets nobody in.'),
    clauses: z.array(
      z.object({
        groupNo: z.number().int(),
        position: z.number().int(),
        holds: z.boolean(),
        found: z.string().nullable().describe('The value that the clause was asked of; null: there is none.'),
      }),
    ),
    filteredOutBy: z.string().nullable().describe('The clauses that leave them out, in words; null: none do.'),
  })
  .meta({ id: 'FilterAnswer' });

const tag = 'Provisioning';
const params = applicationParams.extend({ objectType: objectTypeSchema });
const { groups } = askedFilterSchema.shape;
const asked = { tag, method: 'POST', permission: 'applications.read', params } as const;

export const scopeFilterOperations: Operation[] = [
  defineOperation(
    {
      id: 'getScopeFilters',
      method: 'GET',
      path: '/applications/{application}/scope-filters',
      tag,
      summary: 'Read the scoping filters of an application',
      description:
        'Of those who have access, whom the application has accounts for; and which associated groups are pushed. Sign-in does not go by them.',
      permission: 'applications.read',
      params: applicationParams,
      answer: scopeFilters,
    },
    (input) => getScopeFilters(input.params.application),
  ),
  toOperation(updateScopeFilter, {
    method: 'PUT',
    path: '/applications/{application}/scope-filters/{objectType}',
    tag,
    summary: 'Replace the scoping filter of users or groups',
    description:
      'The whole filter. Whoever comes in or falls out by it is looked at at once; what falls out of the filter of groups is left as it is over there.',
    params,
    as: { application: 'applicationId' },
    present: async ({ application }: { application: string }) => ({
      version: (await getScopeFilters(application)).version,
    }),
    answer: scopeFilters,
    show: ({ id }: { id: string }) => getScopeFilters(id),
  }),
  defineOperation(
    {
      ...asked,
      id: 'previewScopeFilter',
      path: '/applications/{application}/scope-filters/{objectType}/preview',
      summary: 'Count who would come in and fall out by another scoping filter',
      description: 'Among active people who have access, or associated groups. Nothing is saved.',
      body: z.object({ groups }),
      answer: impact,
    },
    (input) => previewScopeFilter({ ...named(input.params), groups: input.body.groups }),
  ),
  defineOperation(
    {
      ...asked,
      id: 'listFilterChanges',
      path: '/applications/{application}/scope-filters/{objectType}/changes',
      summary: 'List who would come in and fall out by another scoping filter',
      description: 'By name. Nothing is saved.',
      body: filterChangesSchema.extend({
        groups,
        cursor: pageQuery.cursor,
        limit: z.number().int().min(1).max(200).default(50).describe('Items at most; 1 to 200.'),
      }),
      answer: pageOf(change),
    },
    ({ params: place, body: { limit, groups: filter, ...query } }) =>
      listFilterChanges({ ...named(place), groups: filter }, query, limit),
  ),
  defineOperation(
    {
      ...asked,
      id: 'askScopeFilter',
      path: '/applications/{application}/scope-filters/{objectType}/ask',
      summary: 'Ask a scoping filter about one person or group',
      description: 'In or out, and which clause says so. Nothing is saved.',
      body: z.object({ groups, subjectId: z.uuid().describe('The id of the person or the user group.') }),
      answer,
    },
    (input) => askScopeFilter({ ...named(input.params), groups: input.body.groups }, input.body.subjectId),
  ),
];

const named = ({ application: applicationId, objectType }: z.output<typeof params>) => ({ applicationId, objectType });
