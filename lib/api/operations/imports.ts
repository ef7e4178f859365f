import { z } from 'zod';
import { personBehind } from '@/lib/events/actor';
import { addImportedToGroup, getImportScope } from '@/lib/imports/add-to-group';
import { commentOnImport, listImportComments } from '@/lib/imports/comments';
import { confirmImport } from '@/lib/imports/confirm-import';
import { decideRow } from '@/lib/imports/decide-row';
import { decideRows } from '@/lib/imports/decide-rows';
import { getImport, getImportDetail, listImportRows, listImports, summarizeMatching } from '@/lib/imports/queries';
import { retryFailedRows } from '@/lib/imports/retry-failed';
import { retryRows } from '@/lib/imports/retry-rows';
import { listImportRuns } from '@/lib/imports/runs';
import {
  confirmedRowStates,
  confirmImportSchema,
  decideRowsSchema,
  importDecisions,
  importMatches,
  importStatuses,
  waitingStates,
} from '@/lib/imports/schema';
import { sendImportActivations } from '@/lib/imports/send-activations';
import { discardImport, startImport } from '@/lib/imports/start-import';
import { listWaitingImports } from '@/lib/imports/waiting';
import { applicationParams, flag, idParams, listOf, outcomeError, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { importGroupOperations } from './import-groups';
import { importDetail, importRow, importRun, importSummary, waitingImport } from './representations/imports';

const tag = 'Imports';
const ofImport = { tag, method: 'POST', params: idParams, as: { id: 'importId' } } as const;

const reviewFilter = {
  q: searchQuery,
  status: z.enum(importStatuses).optional().describe('`imported`: has a person already.'),
};
const match = z.enum(importMatches);
const matches = listOf(match, 10)
  .optional()
  .describe(`Several are joined by commas: ${importMatches.join(', ')}.`);
const decision = z.enum(importDecisions);
const decisions = listOf(decision, 10)
  .optional()
  .describe(
    `What is to be done; \`undecided\`: somebody has to choose. Several are joined by commas: ${importDecisions.join(', ')}.`,
  );
const active = 'Only accounts that are active in the application, or only those that are not.';
/** How the screens sort, which matters to no count. */
const sort = 'name';

const selection = z
  .union([
    z.strictObject({ remoteIds: z.array(z.string().min(1).max(1000)).min(1).max(1000) }),
    z.strictObject({
      matching: z.strictObject({
        ...reviewFilter,
        match: z.array(match).max(10).optional(),
        decision: z.array(decision).max(10).optional(),
        active: z.boolean().optional().describe(active),
      }),
    }),
  ])
  .describe('Rows by name, or everything that a filter matches; `{"matching": {}}` is all of them.')
  .transform((given) => ('matching' in given ? { matching: { ...given.matching, sort } as const } : given));

const activations = z.object({
  count: z.number().int(),
  countIsExact: z.boolean().describe('False: there may be more; not all inactive accounts were looked at.'),
  names: z.array(z.string()).describe('The first of them; 5 at most.'),
});

export const importOperations: Operation[] = [
  defineOperation(
    {
      id: 'listImports',
      method: 'GET',
      path: '/applications/{application}/imports',
      tag,
      summary: 'List the imports of an application',
      description: 'The latest 20, newest first, the open one included.',
      permission: 'imports.read',
      params: applicationParams,
      answer: z.object({ items: z.array(importSummary) }),
    },
    async ({ params }) => ({ items: await listImports(params.application) }),
  ),
  toOperation(startImport, {
    method: 'POST',
    path: '/applications/{application}/imports',
    tag,
    summary: 'Start an import',
    description:
      'Reads the accounts of the application, its groups, or both, then waits for review: read the import by its id until its state is `review`. Groups that are here already follow the application at once.',
    params: applicationParams,
    as: { application: 'applicationId' },
    answer: z.object({ id: z.uuid() }),
    status: 202,
    idempotent: true,
    location: ({ id }) => `/imports/${id}`,
  }),
  defineOperation(
    {
      id: 'getImport',
      method: 'GET',
      path: '/imports/{id}',
      tag,
      summary: 'Read an import, and how far it is',
      permission: 'imports.read',
      params: idParams,
      answer: importDetail,
    },
    ({ params }) => getImportDetail(params.id),
  ),
  defineOperation(
    {
      id: 'listWaitingImports',
      method: 'GET',
      path: '/imports/waiting',
      tag,
      summary: 'List the imports that wait for somebody',
      description: 'In review, or with accounts that failed within 30 days; the oldest first.',
      permission: 'imports.read',
      query: z.object({
        ...pageQuery,
        q: z.string().trim().max(200).optional().describe('A part of the name of the application.'),
        application: z.uuid().optional(),
        state: z.enum(waitingStates).optional().describe('`to_retry`: finished, with accounts that have failed.'),
      }),
      answer: pageOf(waitingImport),
    },
    ({ query: { limit, ...filter } }) => listWaitingImports(filter, limit),
  ),
  defineOperation(
    {
      id: 'listImportComments',
      method: 'GET',
      path: '/imports/{id}/comments',
      tag,
      summary: 'List what was said about an import',
      description: 'Oldest first; there are 200 at most.',
      permission: 'imports.read',
      params: idParams,
      answer: z.object({
        items: z.array(
          z.object({
            id: z.uuid(),
            remoteId: z.string().nullable().describe('The account that it is about; null: the whole import.'),
            accountName: z.string().nullable(),
            authorName: z.string(),
            text: z.string(),
            at: z.date(),
          }),
        ),
      }),
    },
    async ({ params: { id } }) => {
      await getImportDetail(id);
      return { items: await listImportComments(id) };
    },
  ),
  toOperation(commentOnImport, {
    ...ofImport,
    path: '/imports/{id}/comments',
    summary: 'Say something about an import, or about one of its accounts',
  }),
  defineOperation(
    {
      id: 'listImportRows',
      method: 'GET',
      path: '/imports/{id}/rows',
      tag,
      summary: 'List the accounts of an import',
      permission: 'imports.read',
      params: idParams,
      query: z.object({
        ...reviewFilter,
        match: matches,
        decision: decisions,
        active: flag.optional().describe(active),
        state: z.enum(confirmedRowStates).optional(),
        confirmed: flag.optional().describe('Only rows that were confirmed.'),
        sort: z
          .enum(['name', '-name', 'username', '-username', 'email', '-email', 'match', '-match'])
          .default(sort)
          .describe('`-` in front: descending. `match` begins with what needs a choice.'),
        ...pageQuery,
      }),
      answer: pageOf(importRow),
    },
    ({ params, query: { limit, ...filter } }) => listImportRows(params.id, filter, limit),
  ),
  defineOperation(
    {
      id: 'summarizeImport',
      method: 'GET',
      path: '/imports/{id}/summary',
      tag,
      summary: 'See what importing everything that a filter matches would do',
      permission: 'imports.read',
      params: idParams,
      query: z.object({
        ...reviewFilter,
        match: matches,
        decision: decisions,
        active: flag.optional().describe(active),
      }),
      answer: z.object({
        isExact: z
          .boolean()
          .describe('False: words match more than 100 accounts, and there may be more of each than is said.'),
        create: z.number().int(),
        link: z.number().int(),
        update: z.number().int().describe('Linked, and their people take over the values of the account.'),
        undecided: z.number().int().describe('They wait for a choice and are left out.'),
        otherNames: z
          .number()
          .int()
          .describe(
            'Of these, what `linkOtherNames` links: one person matches, whom the application knows by another name.',
          ),
        ignored: z.number().int(),
        own: z
          .number()
          .int()
          .describe('Links to the person whose the token is: left out, somebody else confirms them.'),
        activates: activations.describe(
          'Of the links: accounts that are inactive in the application, of people in scope. Confirming them takes `activateInactive`.',
        ),
      }),
    },
    ({ params, query, actor }) => summarizeMatching(params.id, { ...query, sort }, personBehind(actor)),
  ),
  toOperation(decideRow, {
    ...ofImport,
    path: '/imports/{id}/decide',
    summary: 'Choose what is to be done with an account',
    description:
      'During the review, or for a row that failed. A link gives the person the name of the account to sign in by: where that is another name than theirs (`applicationUsername`), it takes an administrator. So does `update`: what `compared` says that it `updates` is written then. Nobody links the person whose the token is.',
  }),
  toOperation(decideRows, {
    ...ofImport,
    path: '/imports/{id}/decide-many',
    summary: 'Choose the same for many accounts',
    description:
      'During the review. `link` and `update` are chosen for accounts that match one person, who matches no other; where it gives another name to sign in by, for administrators. The others stay as they are.',
    body: z.object({ selection, kind: decideRowsSchema.shape.kind }),
    answer: z.object({ changed: z.number().int() }),
    show: ({ changed }) => ({ changed }),
  }),
  toOperation(confirmImport, {
    ...ofImport,
    path: '/imports/{id}/confirm',
    summary: 'Import what was reviewed',
    description:
      'Rows for which nothing is decided are left out, and a link to the person whose the token is. The others are imported in the background: read the import until its state is `finished`. Who may link is asked again when a row is run.',
    body: z.object({
      selection,
      linkOtherNames: confirmImportSchema.shape.linkOtherNames.describe(
        'Link, too, what matches one person whom the application knows by another name: from then on they sign in by the name of the account. For administrators.',
      ),
      activateInactive: confirmImportSchema.shape.activateInactive.describe(
        'Accounts that are inactive in the application may be activated, because their people are in scope. Without it, they are a `conflict` that names them.',
      ),
    }),
    fixed: { background: true },
    answer: z.object({
      queued: z.number().int(),
      ownLeftOut: z
        .number()
        .int()
        .describe('Links to the person whose the token is: somebody else has to confirm them.'),
    }),
    show: ({ changed, ownLeftOut }) => ({ queued: changed, ownLeftOut }),
    status: 202,
  }),
  ...importGroupOperations,
  toOperation(retryRows, {
    ...ofImport,
    path: '/imports/{id}/retry',
    summary: 'Try rows that failed again',
    description: 'One after another, before the answer; rows that did not fail are left as they are.',
    answer: z.object({
      done: z.number().int(),
      failed: z.number().int(),
      error: outcomeError.optional().describe('Why the last one has failed again.'),
    }),
    show: ({ changed, ...outcome }) => ({ ...outcome, done: changed }),
  }),
  toOperation(retryFailedRows, {
    ...ofImport,
    path: '/imports/{id}/retry-failed',
    summary: 'Try everything that failed again',
    description: 'In the background, as a run of its own: the import is `running` until then.',
    fixed: { background: true },
    answer: z.object({ queued: z.number().int() }),
    show: ({ changed }) => ({ queued: changed }),
    status: 202,
  }),
  defineOperation(
    {
      id: 'listImportRuns',
      method: 'GET',
      path: '/imports/{id}/runs',
      tag,
      summary: 'List what was run of an import',
      description:
        'Each confirmation and each retry, with who had it run and how it went. The latest 50, newest first.',
      permission: 'imports.read',
      params: idParams,
      answer: z.object({ items: z.array(importRun) }),
    },
    async ({ params }) => {
      await getImport(params.id);
      return { items: await listImportRuns(params.id) };
    },
  ),
  toOperation(sendImportActivations, {
    ...ofImport,
    path: '/imports/{id}/send-activation-links',
    summary: 'Mail activation links to the people whom an import created',
    description: 'In the background. Who has a password, or a link that can still be used, gets none.',
    answer: z.object({
      people: z.number().int(),
      peopleIsExact: z.boolean().describe('False: more than 5,000 were created, and only these were looked at.'),
    }),
    show: ({ changed, countIsExact }) => ({ people: changed, peopleIsExact: countIsExact }),
    status: 202,
  }),
  toOperation(discardImport, {
    ...ofImport,
    path: '/imports/{id}/discard',
    summary: 'Discard an import before it is confirmed',
  }),
  defineOperation(
    {
      id: 'getImportScope',
      method: 'GET',
      path: '/imports/{id}/scope',
      tag,
      summary: 'See who was imported and is not managed yet',
      description: 'With the associated user groups that would change that.',
      permission: 'imports.read',
      params: idParams,
      answer: z.object({
        outOfScope: z.number().int().describe('People who are in no associated user group.'),
        outOfScopeIsExact: z
          .boolean()
          .describe('False: more than 300 people were imported; the numbers are of the first 300 of them.'),
        groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
        activates: activations.describe(
          'Accounts that are inactive in the application, and would be activated with it. Adding them takes `activateInactive`.',
        ),
      }),
    },
    ({ params }) => getImportScope(params.id),
  ),
  toOperation(addImportedToGroup, {
    ...ofImport,
    path: '/imports/{id}/add-to-group',
    summary: 'Add imported people to an associated user group',
    description:
      'From then on their accounts are managed. Without `remoteIds`: everybody who was imported. Accounts that are inactive in the application are activated by it: that takes `activateInactive`, and is a `conflict` that names them without.',
    answer: z.object({ added: z.number().int() }),
    show: ({ changed }) => ({ added: changed }),
  }),
];
