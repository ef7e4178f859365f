import { z } from 'zod';
import { importRowStates, importStates, importStatesThat } from '@/lib/core/states';
import { importGroupDecisions, importGroupMatches } from '@/lib/imports/groups/schema';
import { importRunKinds } from '@/lib/imports/schema';
import { takenAttributeSchema } from '@/lib/imports/taken-attributes';
import { outcomeError } from '../../fields';

const state = z
  .enum(importStates)
  .describe('`fetching` accounts are read; `review` it waits for confirmation; `running` rows are imported.');

export const importSummary = z
  .object({
    id: z.uuid(),
    state,
    startedByName: z.string(),
    startedAt: z.date(),
    confirmedAt: z.date().nullable().describe('Null on one that is finished: it was discarded.'),
    finishedAt: z.date().nullable(),
    fetched: z.number().int(),
    groupsFetched: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
  })
  .meta({ id: 'ImportSummary' });

export const importDetail = z
  .object({
    id: z.uuid(),
    application: z.object({ id: z.uuid(), displayLabel: z.string() }),
    state,
    fetched: z.number().int().describe('Accounts read so far.'),
    expected: z.number().int().nullable().describe('What the server claims to hold.'),
    changedSince: z
      .date()
      .nullable()
      .describe('Only accounts that have changed since were read, beside those that still waited; null: all.'),
    takesPeople: z.boolean().describe('Accounts are read, to be imported.'),
    takesGroups: z.boolean().describe('Groups with their members are read, to be imported.'),
    groupsFetched: z.number().int().describe('Groups read so far.'),
    groupsError: outcomeError.describe('Why groups were not read, where accounts were.'),
    heldLeaving: z
      .number()
      .int()
      .nullable()
      .describe(
        'People who would lose access by leaving groups over there, held by the safeguard; null: it has held nothing.',
      ),
    error: outcomeError,
    startedByName: z.string(),
    startedAt: z.date(),
    confirmedByName: z.string().nullable(),
    confirmedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
    supersededById: z
      .uuid()
      .nullable()
      .describe('The scheduled import that took its place before anybody had reviewed it.'),
    counts: z
      .object({
        listed: z.number().int(),
        queued: z.number().int(),
        done: z.number().int(),
        failed: z.number().int(),
      })
      .describe('Rows by state.'),
    selected: z.number().int().describe('Rows that were confirmed.'),
    matches: z
      .object({
        new: z.number().int(),
        imported: z.number().int(),
        none: z.number().int(),
        exact: z.number().int(),
        partial: z.number().int(),
        ambiguous: z.number().int(),
        undecided: z.number().int(),
        create: z.number().int(),
        link: z.number().int(),
        update: z.number().int(),
        ignore: z.number().int(),
        inactive: z.number().int().describe('Inactive in the application, whatever else they are.'),
      })
      .describe('Rows by whom they match, and by what is to be done with them.'),
  })
  .meta({ id: 'Import' });

const person = z.object({
  id: z.uuid(),
  displayName: z.string(),
  username: z.string(),
  email: z.string(),
  applicationUsername: z.string().describe('By which the application knows them now; NameID comes from it.'),
  compared: z
    .array(
      z.object({
        name: takenAttributeSchema.describe('A property, or `customAttributes.NAME`.'),
        label: z.string().describe('As people read it.'),
        person: z.string().nullable().describe('As it is in the directory.'),
        account: z.string().describe('As the account has it.'),
        agrees: z.boolean().describe('The same, in whatever case and form of writing.'),
        updates: z.boolean().describe('What the decision `update` would write.'),
      }),
    )
    .describe('What the account says, beside what is known of the person.'),
});

export const importRow = z
  .object({
    remoteId: z.string().describe("The account's id in the application; names the row."),
    userName: z.string(),
    email: z.string().nullable(),
    name: z.string(),
    active: z.boolean(),
    match: z
      .enum(['none', 'exact', 'partial', 'ambiguous', 'imported'])
      .describe('`partial`: by first and last name only. `ambiguous`: several people or accounts fit.'),
    matchedBy: z.array(z.string()),
    state: z.enum(importRowStates),
    decision: z
      .enum(['create', 'link', 'update', 'ignore'])
      .nullable()
      .describe(
        'Null: somebody has to choose first. `update`: linked, and the person takes over the values of the account.',
      ),
    choice: z
      .object({
        code: z
          .enum(['other_username', 'name_only', 'several_people', 'several_accounts', 'has_account'])
          .describe(
            '`other_username`: linking gives the person another name to sign in by, which takes an administrator.',
          ),
        message: z.string(),
      })
      .nullable()
      .describe('Why somebody has to choose.'),
    person: person.nullable().describe('Who it is, or is to be linked to.'),
    candidates: z.array(person).describe('Everybody it could be.'),
    error: outcomeError,
    activates: z
      .boolean()
      .describe('Inactive in the application, and would be activated, because its person is in scope.'),
  })
  .meta({ id: 'ImportRow' });

export const waitingImport = z
  .object({
    id: z.uuid(),
    application: z.object({ id: z.uuid(), displayLabel: z.string() }),
    state: z.enum(importStatesThat.areMatched),
    startedByName: z.string(),
    startedAt: z.date(),
    undecided: z.number().int().describe('Accounts that need a choice.'),
    listed: z.number().int().describe('Accounts in review that have no person yet.'),
    failed: z.number().int(),
    groups: z.number().int().describe('Groups of one in review that wait to be chosen or confirmed.'),
    held: z
      .object({ count: z.number().int(), names: z.array(z.string()).describe('10 at most.') })
      .nullable()
      .describe('New people whom the safeguard of scheduled imports has held back; null: it has not.'),
  })
  .meta({ id: 'WaitingImport' });

export const importRun = z
  .object({
    id: z.uuid(),
    kind: z
      .enum(importRunKinds)
      .describe(
        '`settings`: what they let through without review. `retry`: of everything that had failed; `by_hand`: of some of it.',
      ),
    ofGroups: z.boolean().describe('What was chosen for groups was carried out; otherwise for accounts.'),
    startedByName: z.string(),
    startedAt: z.date(),
    finishedAt: z.date().nullable().describe('Null while it is under way.'),
    rows: z.number().int().describe('Accounts or groups that it began with.'),
    done: z.number().int().nullable().describe('Of these; null while it is under way.'),
    failed: z.number().int().nullable(),
  })
  .meta({ id: 'ImportRun' });

export const importGroup = z
  .object({
    remoteId: z.string(),
    name: z.string(),
    match: z
      .enum(importGroupMatches)
      .describe(
        '`none`: new; `name`: a user group has the name; `linked`: one is pushed to it; `kept`: it is here already.',
      ),
    decision: z
      .enum(importGroupDecisions)
      .nullable()
      .describe('What is to be done; null: somebody has to choose, or nothing is.'),
    state: z.enum(importRowStates),
    group: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .describe('The user group that it is here, is linked to, or may be.'),
    members: z.number().int().describe('Accounts that are in it over there.'),
    foreignMembers: z.number().int().describe('Of these, those of nobody in the directory.'),
    told: z.boolean().describe('False: the application does not tell who is in it.'),
    gone: z.boolean().describe('It is here, and not in the application any more.'),
    joins: z.number().int().describe('Of one that is here: people who come into it.'),
    leaves: z.number().int(),
    error: outcomeError,
  })
  .meta({ id: 'ImportGroup' });
