import { z } from 'zod';
import { importStates, integrationStatuses, moveStages } from '@/lib/core/states';
import { backOutOfMigration } from '@/lib/moves/back-out-of-migration';
import { compareMigration } from '@/lib/moves/compare-migration';
import { listComparedAccounts } from '@/lib/moves/compared-accounts';
import { finishMigration } from '@/lib/moves/finish-migration';
import { handOverMigration } from '@/lib/moves/hand-over-migration';
import { getMove } from '@/lib/moves/queries';
import { comparedAs, comparedFilterSchema, finishMoveSchema } from '@/lib/moves/schema';
import { signOverMigration } from '@/lib/moves/sign-over-migration';
import { startMigration } from '@/lib/moves/start-migration';
import { stepBackMigration } from '@/lib/moves/step-back-migration';
import { applicationParams, idParams, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { ssoStatus } from './representations/application';

const instance = z
  .object({
    id: z.uuid(),
    displayLabel: z.string(),
    slug: z.string(),
    ssoStatus,
    idmStatus: z.enum(['not_configured', ...integrationStatuses]),
  })
  .nullable()
  .describe('Null: deleted since.');
const compared = z.object({
  count: z.number().int(),
  names: z.array(z.string()).describe('The first of them by name; 20 at most.'),
});

const migration = z
  .object({
    id: z.uuid(),
    version: z.number().int(),
    stage: z
      .enum(moveStages)
      .describe(
        'What has moved: nothing yet (`prepared`), accounts (`handed_over`), sign-on too (`signed_over`); or how it has ended.',
      ),
    old: instance,
    new: instance,
    oldLabel: z.string(),
    newLabel: z.string(),
    movesAccounts: z.boolean().describe('The old instance was provisioned when it began.'),
    movesSignOn: z.boolean().describe('People signed in through the old instance when it began.'),
    startedByName: z.string(),
    startedAt: z.date(),
    handedOverAt: z.date().nullable(),
    signedOverAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
    links: z.number().int().describe('How many accounts were handed over.'),
    retired: finishMoveSchema.shape.old.nullable().describe('How the old instance was retired.'),
    reading: z
      .object({
        importId: z.uuid(),
        state: z.enum(importStates),
        fetched: z.number().int(),
        error: z.string().nullable(),
      })
      .nullable()
      .describe('The import of the new instance by which accounts are compared.'),
    comparison: z
      .object({
        there: compared.describe('Their account is known in the new instance: it is handed over.'),
        undecided: compared.describe('Somebody has to choose, in the import: nothing is handed over before.'),
        missing: compared.describe(
          'They have no account there: one is created after the hand-over, for who is in scope.',
        ),
      })
      .nullable()
      .describe(
        'Of the people who have an account by the old instance; null before it is read, and once it was handed over.',
      ),
    isSameServer: z.boolean().describe('Both lead to one server: accounts are known by their ids.'),
    isCatchingUp: z.boolean().describe('The cycle that began with the hand-over is under way.'),
  })
  .meta({ id: 'Migration' });

const tag = 'Applications';
const step = {
  tag,
  method: 'POST',
  params: idParams,
  as: { id: 'moveId' },
  answer: migration,
  show: ({ id }: { id: string }) => getMove(id),
} as const;

export const migrationOperations: Operation[] = [
  toOperation(startMigration, {
    method: 'POST',
    path: '/applications/{application}/migrate',
    tag,
    summary: 'Begin to migrate an application to a new instance',
    description:
      'Makes the new instance, with settings, mappings, scoping filters and typed usernames of the old one. Activate its SSO where its template wants that first, and connect it (`activateIntegration`): it begins paused, and sends nothing before accounts are handed over to it.',
    params: applicationParams,
    as: { application: 'applicationId' },
    answer: migration,
    show: ({ id }) => getMove(id),
    status: 201,
    location: ({ id }) => `/migrations/${id}`,
  }),
  defineOperation(
    {
      id: 'getMigration',
      method: 'GET',
      path: '/migrations/{id}',
      tag,
      summary: 'Read a migration',
      description: 'How far it has come, and how people stand in the new instance.',
      permission: 'applications.read',
      params: idParams,
      answer: migration,
    },
    ({ params }) => getMove(params.id),
  ),
  toOperation(compareMigration, {
    ...step,
    path: '/migrations/{id}/compare',
    summary: 'Compare the accounts of the new instance of a migration',
    description: 'Reads and matches them, as an import does. Read the migration until `comparison` is there.',
  }),
  defineOperation(
    {
      id: 'listMigrationAccounts',
      method: 'GET',
      path: '/migrations/{id}/accounts',
      tag,
      summary: 'List how people stand in the new instance of a migration',
      description:
        'Those who have an account by the old one, by name; once accounts are compared, and before they are handed over.',
      permission: 'applications.read',
      params: idParams,
      query: comparedFilterSchema.extend({ q: searchQuery, as: z.enum(comparedAs).optional(), ...pageQuery }),
      answer: pageOf(
        z.object({
          userId: z.uuid(),
          displayName: z.string(),
          username: z.string(),
          comparedAs: z.enum(comparedAs),
          oldAccount: z
            .string()
            .nullable()
            .describe('userName of the account by the old instance, as it was read last.'),
          newAccount: z.string().nullable().describe('userName of the account that is theirs in the new instance.'),
        }),
      ),
    },
    ({ params, query: { limit, ...filter } }) => listComparedAccounts(params.id, filter, limit),
  ),
  toOperation(handOverMigration, {
    ...step,
    path: '/migrations/{id}/hand-over',
    summary: 'Hand accounts and user groups over to the new instance',
    description:
      'The old instance is paused, and the new one goes on with its links and user groups, with a full cycle. Nobody is deactivated by it.',
  }),
  toOperation(signOverMigration, {
    ...step,
    path: '/migrations/{id}/sign-on',
    summary: 'Move sign-on to the new instance',
    description: 'The service provider has to go by the metadata of the new instance by then.',
  }),
  toOperation(finishMigration, {
    ...step,
    path: '/migrations/{id}/finish',
    summary: 'Finish a migration: retire the old instance',
  }),
  toOperation(stepBackMigration, {
    ...step,
    path: '/migrations/{id}/step-back',
    summary: 'Take the last step of a migration back',
    description:
      'It stands where it stood before, and goes on from there. Nobody is deactivated by it. A migration that is finished has no way back.',
  }),
  toOperation(backOutOfMigration, {
    ...step,
    path: '/migrations/{id}/back-out',
    summary: 'Back out of a migration',
    description: 'The old instance goes on as before; the new one is deactivated, or deleted.',
  }),
];
