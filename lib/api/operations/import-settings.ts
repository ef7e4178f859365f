import { z } from 'zod';
import { previewImportSettings, previewImportSettingsSchema } from '@/lib/imports/preview-settings';
import { getImportSettings, updateImportSettings } from '@/lib/imports/settings';
import { toldImportSettingsSchema } from '@/lib/imports/settings-schema';
import { takenAttributeSchema } from '@/lib/imports/taken-attributes';
import { applicationParams } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Imports';
const settings = toldImportSettingsSchema.extend({ version: z.number().int() }).meta({ id: 'ImportSettings' });

export const importSettingsOperations: Operation[] = [
  defineOperation(
    {
      id: 'getImportSettings',
      method: 'GET',
      path: '/applications/{application}/import-settings',
      tag,
      summary: 'Read how accounts are matched, what people take of them, and when imports start by themselves',
      permission: 'imports.read',
      params: applicationParams,
      answer: settings,
    },
    ({ params }) => getImportSettings(params.application),
  ),
  toOperation(updateImportSettings, {
    method: 'PUT',
    path: '/applications/{application}/import-settings',
    tag,
    summary: 'Say how accounts are matched, what people take of them, and when imports start by themselves',
    description:
      'As a whole, but for `schedule`, which stays as it is where it is left out; from the next import on. Whatever the rules say, nothing is imported by itself that several people match, or that would give somebody another name to sign in by.',
    params: applicationParams,
    as: { application: 'applicationId' },
    present: async ({ application }) => ({ version: (await getImportSettings(application)).version }),
    answer: settings,
    show: ({ id }) => getImportSettings(id),
  }),
  defineOperation(
    {
      id: 'previewImportSettings',
      method: 'POST',
      path: '/applications/{application}/import-settings/preview',
      tag,
      summary: 'See what people would take of an account',
      description: 'Saves nothing. Of an account as it was read last.',
      permission: 'imports.read',
      params: applicationParams,
      body: previewImportSettingsSchema,
      answer: z.object({
        account: z
          .object({ remoteId: z.string(), userName: z.string() })
          .nullable()
          .describe('Null: no account was read yet.'),
        person: z
          .object({ id: z.uuid(), displayName: z.string() })
          .nullable()
          .describe('Whose account it is: linked, or of the same username. Null: nobody’s, who would be created.'),
        names: z.array(z.string()).describe('What an expression can name, of this account.'),
        values: z.array(
          z.object({
            attribute: takenAttributeSchema,
            value: z.string().nullable(),
            problem: z.string().nullable().describe('Why there is none.'),
            before: z.string().nullable().describe('What the person has in the directory now.'),
            updates: z.boolean().describe('What the decision `update` would write.'),
          }),
        ),
      }),
    },
    ({ params, body }) => previewImportSettings(params.application, body),
  ),
];
