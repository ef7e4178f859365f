import { z } from 'zod';
import type { LinkStateName } from '@/lib/core/states';
import { cycleStages, cycleStatuses, integrationStatuses, operationStates } from '@/lib/core/states';
import { heldBy } from '@/lib/provisioning/hold';
import { reasonCodes } from '@/lib/provisioning/queries/account-reason';
import { cycleOutcomes } from '@/lib/provisioning/queries/cycle-rows';
import { driftSchema, linkStateWords } from '@/lib/provisioning/schema';
import { changes, outcomeError, together } from '../../fields';

export const linkState = z
  .enum(Object.keys(linkStateWords) as [LinkStateName, ...LinkStateName[]])
  .describe(
    Object.entries(linkStateWords)
      .map(([state, { help }]) => `\`${state}\`: ${help}`)
      .join(' '),
  )
  .meta({ id: 'LinkState' });

export const drift = driftSchema
  .nullable()
  .describe(
    'What differs in the application although the directory did not change, and is left so; null: nothing that is known.',
  )
  .meta({ id: 'Drift' });

const cycleShape = {
  id: z.uuid(),
  applicationId: z.uuid(),
  applicationLabel: z.string(),
  trigger: z.enum(['activation', 'schedule', 'manual', 'settings', 'dry_run']),
  stage: z.enum(cycleStages),
  status: z
    .enum(cycleStatuses)
    .describe('How it stands: `partial` has finished, and some people or groups failed; `waiting`: see there.'),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  incomplete: z
    .array(z.string())
    .describe('Why the application did not list all that there is, of accounts and of groups; empty where it did.'),
  readAccounts: z.number().int().describe('Accounts that were read in the application.'),
  totalUsers: z.number().int().describe('People to look at; known when everything is read.'),
  error: outcomeError.describe('Why it has failed as a whole.'),
  counts: z
    .object({
      create: z.number().int(),
      update: z.number().int(),
      deactivate: z.number().int(),
      skip: z.number().int(),
      held: z.number().int().describe('Waits until somebody allows it.'),
      error: z.number().int(),
    })
    .describe('People and groups by outcome; final when the cycle is over.'),
  drift: z
    .number()
    .int()
    .describe(
      'How many accounts differed in the application although the directory did not change. Each is counted by its outcome, too: `update`, `create` or `deactivate` where it was corrected, `skip` where it was only shown.',
    ),
  waiting: z
    .enum(integrationStatuses)
    .exclude(['active'])
    .nullable()
    .describe(
      'Why one that is under way does not go on: the state of the connection. It starts over when that is active again.',
    ),
};

export const cycleSummary = z.object(cycleShape).meta({ id: 'Cycle' });

export const cycleProgress = z
  .object({
    ...cycleShape,
    doneUsers: z.number().int().describe('People who were looked at so far.'),
    final: z.boolean().describe('Nothing more happens.'),
  })
  .meta({ id: 'CycleProgress' });

export const cycleRow = z
  .object({
    linkId: z.uuid(),
    kind: z.enum(['user', 'group']),
    id: z.uuid().describe("The person's or the group's."),
    name: z.string(),
    detail: z.string().describe("The person's username; empty for groups."),
    outcome: z.enum([...cycleOutcomes, 'running']),
    drift: z.boolean().describe('The account differed in the application although the directory did not change.'),
    action: z.enum(['create', 'update', 'reactivate', 'deactivate', 'delete', 'lookup']).nullable(),
    changes: changes.nullable(),
    error: outcomeError,
    durationMs: z.number().int().nullable(),
    operationId: z.uuid().nullable().describe('The last attempt: see `getAttempt`.'),
    confirmed: z.boolean().describe('Its answer was lost, and looking it up has shown that it was carried out.'),
    cause: z.string().nullable().describe('What went wrong, whoever it was: see `listCycleCauses`.'),
  })
  .meta({ id: 'CycleOutcome' });

export const cycleCause = z
  .object({
    cause: z.string().describe('Stands for it in `listCycleOutcomes` and `retryCause`.'),
    outcome: z.enum(['error', 'skip', 'held']),
    code: z.string(),
    words: z.string().describe('The message, without names, addresses and ids.'),
    fix: z.string().nullable().describe('How to mend it.'),
    count: z.number().int().describe('People and groups; 500 at most.'),
    countIsExact: z.boolean(),
    retryable: z.number().int().describe('How many of them would be tried again by now; 500 at most.'),
  })
  .meta({ id: 'CycleCause' });

/** Somebody else of the same application username. */
const nameHolder = z
  .object({
    userId: z.uuid(),
    displayName: z.string(),
    username: z.string(),
    email: z.string(),
    byAccount: z.boolean().describe('By the name of their account there; their application username is another one.'),
  })
  .meta({ id: 'NameHolder' });

export const sharedNameShape = z.object({
  applicationUsername: z.string(),
  others: z.array(nameHolder).describe('The first 5.'),
});

export const sharedName = sharedNameShape
  .nullable()
  .describe('Who else has the application username: none of them can sign in, and no account is changed. Null: nobody.')
  .meta({ id: 'SharedName' });

export const assignmentRow = z
  .object({
    userId: z.uuid(),
    displayName: z.string(),
    username: z.string(),
    email: z.string(),
    userStatus: z.enum(['active', 'suspended', 'deleted']),
    groups: z.array(z.string()).describe('Names of the associated user groups that give the person access.'),
    direct: z.boolean().describe('Assigned without a group.'),
    filteredOut: z.boolean().describe('The scoping filter leaves them out: no account, whatever gives them access.'),
    applicationUsername: z.string(),
    typedUsername: z.boolean().describe('Typed for this one person instead of made by the format.'),
    computedUsername: z.string().describe('What the format makes of them, whatever is typed; may be empty.'),
    accountUsername: z
      .string()
      .nullable()
      .describe(
        '`userName` of their account, as it was last read, where it differs. Null: it is the same, or there is none.',
      ),
    sharedWith: z.array(nameHolder).describe('Others who have the username here too; none of them can sign in.'),
    linkId: z.uuid().nullable(),
    state: linkState.nullable().describe('Null: nothing was ever provisioned.'),
    lastError: outcomeError,
    drift,
    lastChangeAt: z.date().nullable(),
    dueAt: z.date().nullable().describe('When it is tried again by itself.'),
  })
  .meta({ id: 'Assignment' });

export const linkOperation = z
  .object({
    id: z.uuid(),
    action: z.enum(['lookup', 'create', 'update', 'deactivate', 'reactivate', 'delete']),
    state: z.enum(operationStates),
    changes,
    drift: z
      .boolean()
      .describe('It corrects what somebody else did in the application: the attributes with `drift`, or a deletion.'),
    error: outcomeError,
    durationMs: z.number().int().nullable(),
    createdAt: z.date(),
    cycleId: z.uuid().nullable(),
    confirmed: z.boolean().describe('Its answer was lost, and looking it up has shown that it was carried out.'),
    exchange: z
      .object({
        method: z.string(),
        url: z.string(),
        requestBody: z.string().nullable(),
        status: z.number().int().nullable(),
        responseBody: z.string().nullable(),
        together,
      })
      .nullable()
      .describe('What was sent and came back, without secrets; null once its time of keeping is over.'),
  })
  .meta({ id: 'ProvisioningOperation' });

export const manualTask = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    name: z.string(),
    username: z.string().describe('As the application knows the person.'),
    title: z.string(),
    text: z.string().describe("Why, and what to do, in the words of the application's own screens."),
    createdAt: z.date(),
    doneAt: z.date().nullable(),
    doneBy: z.string().nullable().describe('Who ticked it off, as they were called then.'),
  })
  .meta({ id: 'ManualTask' });

export const heldOperation = z
  .object({
    operationId: z.uuid(),
    kind: z.enum(['account', 'group']),
    id: z.uuid().describe("The person's or the group's."),
    name: z.string(),
    action: z.enum(['lookup', 'create', 'update', 'deactivate', 'reactivate', 'delete']),
    reason: z
      .enum(['not_reviewed', 'deleted', 'suspended', 'mapped_inactive', 'out_of_scope', 'filtered_out'])
      .describe(
        'What the directory says by now: the person or group was deleted, is mapped to be inactive, has no access any more, or is left out by the scoping filter; `not_reviewed`: it is another thing than in the dry run that is carried out.',
      ),
    heldBy: z
      .enum(heldBy)
      .describe(
        '`setting`: all are held; `guard`: more than the guard lets through; `counting`: until all that are planned together are counted; `review`: it is not as in the dry run that is carried out.',
      ),
    heldAt: z.date(),
    cycleId: z.uuid().nullable().describe('The cycle that has found it; null: a change has.'),
  })
  .meta({ id: 'HeldOperation' });

/** What is planned for one person or group, in words and by attribute. */
export const nextStep = z.object({
  action: z.enum(['create', 'take_over', 'update', 'reactivate', 'deactivate', 'delete', 'none', 'skip']),
  words: z.string(),
  hint: z.string().optional(),
  changes,
});

export const assignmentDetail = z
  .object({
    person: z.object({
      id: z.uuid(),
      displayName: z.string(),
      username: z.string(),
      email: z.string(),
      status: z.enum(['active', 'suspended', 'deleted']),
    }),
    grants: z
      .object({ direct: z.boolean(), groups: z.array(z.object({ id: z.uuid(), name: z.string() })) })
      .describe('What gives the person access.'),
    standing: z
      .object({
        code: z.enum(reasonCodes),
        title: z.string(),
        fix: z.string().nullable().describe('What to do about it; null: nothing has to be done.'),
      })
      .describe('Why there is an account, or why there is none: for anybody of the directory, in scope or not.'),
    typedUsername: z.string().nullable(),
    computedUsername: z.string().describe('What the format makes of them, whatever is typed; may be empty.'),
    accountUsername: z.string().nullable().describe('`userName` of their account, as it was last read.'),
    shared: sharedName,
    link: z
      .object({
        id: z.uuid(),
        state: linkState,
        remoteId: z.string().nullable().describe("The account's id in the application."),
        takenOver: z.boolean().describe('Found there rather than created.'),
        lastError: outcomeError,
        drift,
        lastChangeAt: z.date().nullable(),
        dueAt: z.date().nullable(),
        attempts: z.number().int(),
        holdId: z
          .uuid()
          .nullable()
          .describe('The operation, among `operations`, that somebody has to allow or has rejected; null: none.'),
      })
      .nullable(),
    next: nextStep.nullable().describe('What the next cycle would do; null where Identity Management is not active.'),
    operations: z.array(linkOperation).describe('The latest first; 50 at most.'),
  })
  .meta({ id: 'AssignmentDetail' });

export const groupLink = z
  .object({
    groupId: z.uuid(),
    name: z.string(),
    linkId: z.uuid(),
    state: linkState,
    members: z.number().int().describe('Members that Latchkey has put there.'),
    foreignMembers: z.number().int().describe('Members that it does not manage, and leaves alone.'),
    takenOver: z.boolean(),
    remote: z
      .object({ remoteId: z.string(), name: z.string().nullable().describe('As last read; null: not read yet.') })
      .nullable()
      .describe('The group over there that it is linked to; null: none.'),
    unlinked: z.boolean().describe('Somebody has unlinked it: it is left alone until it is linked or managed again.'),
    candidate: z
      .object({
        remoteId: z.string(),
        name: z.string(),
        foreignMembers: z.number().int().nullable().describe('Not managed here; null: the application does not say.'),
      })
      .nullable()
      .describe(
        'A group of its name, which is taken over once `linkGroup` says so (`takeOverGroups` of the connection).',
      ),
    lastError: outcomeError,
    lastChangeAt: z.date().nullable(),
  })
  .meta({ id: 'GroupLink' });

export const remoteGroup = z
  .object({
    remoteId: z.string(),
    name: z.string(),
    members: z.number().int(),
    linkedTo: z
      .object({ groupId: z.uuid(), name: z.string() })
      .nullable()
      .describe('The user group that it is linked to; null: none.'),
    readAt: z.date(),
  })
  .meta({ id: 'RemoteGroup' });

const resource = z.record(z.string(), z.unknown());

export const shownRequest = z
  .object({
    method: z.enum(['POST', 'PATCH', 'PUT', 'DELETE']),
    path: z.string().describe('Below the base URL.'),
    body: resource.nullable(),
  })
  .nullable()
  .describe(
    'What would be sent, exactly, of a group first; null where nothing would be. Generated and secret values are left out. What a PUT carries over is as it was last read.',
  );

/** As `PlannedLink` of lib/provisioning/plan/planned-link.ts. */
export const plannedLink = z
  .object({
    subject: z.object({ type: z.enum(['user', 'group']), id: z.uuid(), name: z.string() }),
    action: z.enum(['create', 'update', 'reactivate', 'deactivate', 'delete', 'none', 'skip']),
    changes: changes.describe('Attribute → what it is and what it would be. Generated and secret values are left out.'),
    members: z
      .object({
        added: z.number().int(),
        removed: z.number().int(),
        unmanaged: z
          .number()
          .int()
          .optional()
          .describe('Of those removed, how many are not managed here; absent: none.'),
      })
      .nullable()
      .describe('Of a group: how many members would be added and removed.'),
    reason: outcomeError.describe('What stands in the way, where the action is `skip`.'),
    because: z
      .enum(['out_of_scope', 'filtered_out', 'suspended', 'deleted', 'purged', 'imported', 'not_managed'])
      .nullable()
      .describe('Why there is to be no active account, or why nothing is done about the one there is.'),
    filteredOutBy: z
      .string()
      .nullable()
      .describe('Of `filtered_out`: the clauses of the scoping filter that do not hold.'),
    waits: z.boolean().describe('It would be sent only once somebody has allowed it.'),
    remoteId: z.string().nullable().describe('The account over there; null: there is none, or none is known.'),
    takesOver: z.boolean().describe('The account is there already and is not linked yet.'),
    knownBy: z
      .enum(['link', 'reading', 'nothing'])
      .describe(
        'By what is known of the account. `nothing`: where one is to be created, the application is asked first whether it is there.',
      ),
    request: shownRequest,
    plannedFrom: z
      .object({
        context: z.string().describe("Another text once the application's settings or mappings were changed."),
        subjectUpdatedAt: z.iso.datetime(),
        link: z.object({ state: linkState, lastChangeAt: z.iso.datetime().nullable() }).nullable(),
      })
      .describe('What it was planned from, to be compared with a later plan.'),
  })
  .meta({ id: 'PlannedLink' });

export const groupLinkPreview = z
  .object({
    plan: plannedLink,
    words: z.string().describe('The same for a person to read.'),
    foreignMembers: z.number().int().describe('Members over there that are not managed here.'),
  })
  .meta({ id: 'GroupLinkPreview' });
