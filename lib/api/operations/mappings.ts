import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { listMappingHistory } from '@/lib/applications/mapping-history';
import { getMappings } from '@/lib/applications/mapping-queries';
import { type MappingDraft, mappingRowSchema } from '@/lib/applications/schema';
import { resetMappings, revertMappings, updateMappings } from '@/lib/applications/update-mappings';
import { listedAttributeSchema, mappingApplySchema, objectTypeSchema } from '@/lib/mappings/schema';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { previewMappingDeprovision } from '@/lib/provisioning/queries/mapping-deprovision-preview';
import { applicationParams, deprovisionPreview } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { nextStep, shownRequest } from './representations/provisioning';

const mapping = z
  .object({
    id: z.string(),
    kind: z.enum(['direct', 'constant', 'expression']),
    source: z.string().describe('A property, the value itself, or an expression.'),
    target: z.string().describe('A SCIM path.'),
    apply: mappingApplySchema.describe('In every write, in the one that creates, or only for several values.'),
    matchingPrecedence: z.number().int().nullable().describe('1 is looked up first; null: not a matching attribute.'),
    defaultValue: z.string().nullable().describe('Sent at creation where the source has no value.'),
    required: z.boolean(),
  })
  .meta({ id: 'Mapping' });

const mappings = z
  .object({
    applicationId: z.uuid(),
    version: z.number().int().describe("The application's."),
    tables: z.array(
      z.object({
        objectType: objectTypeSchema,
        mappings: z.array(mapping),
        attributes: z.array(listedAttributeSchema).describe('Attributes that the application knows: possible targets.'),
      }),
    ),
    valueNames: z.record(z.string(), z.string()).describe("Target → what the application's own screens call it."),
    customAttributes: z
      .array(z.string())
      .describe('Names of the custom attributes that people can have: an attribute is defined by its first use.'),
    attributeLabels: z.record(z.string(), z.string()).describe('What people call each of these; empty: its name.'),
  })
  .meta({ id: 'Mappings' });

const changes = z.record(z.string(), z.object({ from: z.unknown().optional(), to: z.unknown().optional() }));
const revision = z
  .object({
    revision: z.number().int().describe("The application's version that saving it made: it is gone back to by this."),
    origin: z
      .enum(['original', 'saved', 'reset', 'reverted'])
      .describe('`original`: as it was before its first change.'),
    at: z.date(),
    actorName: z.string().describe('Who saved it, as they were called then; empty for the original.'),
    rows: z.number().int(),
    changes: changes.describe('What saving it changed, by target.'),
    fromNow: changes.describe('What going back to it would change, by target; empty: it is the table as it is.'),
  })
  .meta({ id: 'MappingRevision' });

const resource = z.record(z.string(), z.unknown());
const preview = z
  .object({
    name: z.string(),
    inScope: z.boolean().describe('False: there is no account; the values are shown all the same.'),
    values: resource.describe('Target → its value: what a new account or group would be created with.'),
    body: resource.describe('The same as a SCIM resource.'),
    current: resource.nullable().describe('As the application had it when it was last read.'),
    next: nextStep.nullable().describe('What would happen next by these mappings, with what would change.'),
    request: shownRequest,
    problems: z.array(
      z.object({
        mappingId: z.string().nullable().describe('Null: a required attribute that is not mapped.'),
        target: z.string(),
        code: z.enum(['MandatoryFieldsMissing', 'InvalidValue', 'ExpressionError']),
        message: z.string(),
        position: z.number().int().optional(),
        length: z.number().int().optional(),
      }),
    ),
    violations: z
      .array(
        z.object({
          rule: z.string(),
          target: z.string(),
          message: z.string(),
          fix: z.string(),
          severity: z.enum(['error', 'warning']),
        }),
      )
      .describe("Rules of the application's own that the values break."),
  })
  .meta({ id: 'MappingPreview' });

const rows = z.array(mappingRowSchema).max(200);
const tag = 'Mappings';
const table = {
  tag,
  params: applicationParams.extend({ objectType: objectTypeSchema }),
  as: { application: 'applicationId' },
  answer: mappings,
  show: ({ id }: { id: string }) => getMappings(id),
  present: async ({ application }: { application: string }) => ({ version: (await getMappings(application)).version }),
} as const;

/** New rows get an id, by which problems find them. */
function toDrafts(list: z.infer<typeof rows>): MappingDraft[] {
  return list.map((row) => ({ ...row, id: row.id ?? randomUUID() }));
}

export const mappingOperations: Operation[] = [
  defineOperation(
    {
      id: 'getMappings',
      method: 'GET',
      path: '/applications/{application}/mappings',
      tag,
      summary: 'Read the mapping tables of an application',
      permission: 'applications.read',
      params: applicationParams,
      answer: mappings,
    },
    ({ params }) => getMappings(params.application),
  ),
  toOperation(updateMappings, {
    ...table,
    method: 'PUT',
    path: '/applications/{application}/mappings/{objectType}',
    summary: 'Replace the mapping table of users or groups',
    description: 'The whole table, in its order. Everyone in the application is then evaluated again.',
  }),
  toOperation(resetMappings, {
    ...table,
    method: 'POST',
    path: '/applications/{application}/mappings/{objectType}/reset',
    summary: "Reset a mapping table to the template's",
  }),
  defineOperation(
    {
      id: 'listMappingHistory',
      method: 'GET',
      path: '/applications/{application}/mappings/{objectType}/history',
      tag,
      summary: 'List what a mapping table was before',
      description: 'The newest first; the last 50 are kept.',
      permission: 'applications.read',
      params: table.params,
      answer: z.object({ items: z.array(revision) }),
    },
    async ({ params }) => ({
      items: await listMappingHistory({ applicationId: params.application, objectType: params.objectType }),
    }),
  ),
  toOperation(revertMappings, {
    ...table,
    method: 'POST',
    path: '/applications/{application}/mappings/{objectType}/revert',
    summary: 'Go back to what a mapping table was before',
    description: 'Is a change like another: it can be gone back from.',
  }),
  defineOperation(
    {
      id: 'previewMappings',
      method: 'POST',
      path: '/applications/{application}/mappings/preview',
      tag,
      summary: 'Show what a mapping table gives for one person or group',
      description: 'Nothing is saved.',
      permission: 'applications.read',
      params: applicationParams,
      body: z.object({
        objectType: objectTypeSchema,
        subjectId: z.uuid().describe('The id of the person or the user group.'),
        mappings: rows.describe('Saved or not.'),
      }),
      answer: preview,
    },
    ({ params, body }) =>
      previewMapping({ ...body, applicationId: params.application, mappings: toDrafts(body.mappings) }),
  ),
  defineOperation(
    {
      id: 'previewMappingDeprovision',
      method: 'POST',
      path: '/applications/{application}/mappings/deprovision-preview',
      tag,
      summary: 'See whose accounts another mapping table of users would deactivate',
      description:
        'By its rows of `active`: of those who keep access, and are mapped to be inactive by it and not by the table as it is. Say one of `mappings`, `revision` (before going back) and `template` (before resetting). Nothing is saved. Counts for 5 s at most.',
      permission: 'applications.read',
      params: applicationParams,
      body: z
        .object({
          mappings: rows.optional().describe('The whole table, as it would be saved.'),
          revision: z.number().int().min(1).optional().describe('One of its history, as it would be gone back to.'),
          template: z.literal(true).optional().describe("The template's, as it would be reset to."),
        })
        .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
          message: 'Say one of mappings, revision and template',
        })
        .meta({ examples: [{ template: true }] }),
      answer: deprovisionPreview,
    },
    ({ params, body: { mappings: typed, revision: version } }) =>
      previewMappingDeprovision({
        applicationId: params.application,
        table: typed
          ? { mappings: toDrafts(typed) }
          : version !== undefined
            ? { revision: version }
            : { template: true },
      }),
  ),
];
