import { z } from 'zod';
import { importRowStatesThat } from '@/lib/core/states';
import { importTakes } from './takes';

/** From this many rows on, an import runs in the background and ends with a mail. */
export const backgroundFrom = 100;

export const importIdSchema = z.object({ importId: z.uuid() });
const remoteId = z.string().min(1).max(1000);
/** Absent: no. */
const consent = z.boolean().optional().meta({ default: false });

export const importMatches = ['none', 'exact', 'partial', 'ambiguous'] as const;
export const importStatuses = ['new', 'imported'] as const;
/** What is to be done with an account; `undecided`: a person has to choose first. */
export const importDecisions = ['undecided', 'create', 'link', 'update', 'ignore'] as const;
export type ImportDecision = Exclude<(typeof importDecisions)[number], 'undecided'>;
/** Whether an account becomes that of a person who is there; `update`: and the application's values become theirs. */
export const isLinking = (decision: ImportDecision | null): decision is 'link' | 'update' =>
  decision === 'link' || decision === 'update';
/** What sets a run of an import going: `settings` without a person, `by_hand` a retry of some rows alone. */
export const importRunKinds = ['settings', 'confirmed', 'retry', 'by_hand'] as const;
export type ImportRunKind = (typeof importRunKinds)[number];
export const confirmedRowStates = importRowStatesThat.wereConfirmed;

const listOf = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')))
    .transform((parts) => values.filter((one) => parts.includes(one)))
    .optional()
    .catch(undefined);

const sortedBy = (usual: string) =>
  z
    .string()
    .regex(/^-?(name|username|email|match)$/)
    .catch(usual)
    .default(usual);

/** Filters of an import's rows; all of them live in the URL, where nonsense counts as absent. */
export const importFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  /** "New Users-only" is `new`. */
  status: z.enum(importStatuses).optional().catch(undefined),
  match: listOf(importMatches),
  decision: listOf(importDecisions),
  /** False: inactive in the application. */
  active: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
    .optional()
    .catch(undefined),
  state: z.enum(confirmedRowStates).optional().catch(undefined),
  /** Only what was confirmed: the result leaves out what was not selected. */
  confirmed: z.boolean().optional().catch(undefined),
  sort: sortedBy('name'),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type ImportFilter = z.output<typeof importFilterSchema>;

/** Of an address, each step takes what its own filter bar shows: what another step has left there filters nothing unseen. */
const listed = { q: true, sort: true, cursor: true } as const;
/** The review begins with what needs a choice. */
export const reviewFilterSchema = importFilterSchema
  .pick({ ...listed, status: true, match: true, decision: true, active: true })
  .extend({ sort: sortedBy('match') });
export const resultFilterSchema = importFilterSchema.pick({ ...listed, state: true });

export const waitingStates = ['to_review', 'to_retry'] as const;
/** Filters of the imports that wait: by the name of the application, by one application, in review or with failed rows. */
export const waitingFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  application: z.uuid().optional().catch(undefined),
  state: z.enum(waitingStates).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});

/** Which rows: those named, or everything that the filter matches. */
export const selectionSchema = z.union([
  z.object({ remoteIds: z.array(remoteId).min(1).max(1000) }),
  z.object({ matching: importFilterSchema }),
]);
export type ImportSelection = z.output<typeof selectionSchema>;

export const startImportSchema = z.object({
  applicationId: z.uuid(),
  takes: z
    .enum(importTakes)
    .optional()
    .describe('What is read: accounts, groups with their members, or both. Left out: as the import settings have it.'),
  /** Gives up the one that waits for review. */
  replace: consent,
});

/** What is to be done with one account: create a person, link it to one (and take its values over), or leave it out. */
export const decideRowSchema = importIdSchema.extend({
  remoteId,
  decision: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('create') }),
    z.object({ kind: z.literal('link'), userId: z.uuid() }),
    z.object({ kind: z.literal('update'), userId: z.uuid() }),
    z.object({ kind: z.literal('ignore') }),
  ]),
});

/** The same for many accounts; `link` and `update`: to the one person whom each matches. */
export const decideRowsSchema = importIdSchema.extend({
  selection: selectionSchema,
  kind: z.enum(['create', 'link', 'update', 'ignore']),
});

/** What a reviewer says of an import, or of one account in it. */
export const commentOnImportSchema = importIdSchema.extend({
  remoteId: remoteId.optional(),
  text: z
    .string()
    .trim()
    .min(1, 'Say something.')
    .max(1_000, 'A comment has at most 1,000 characters.')
    .regex(/^[^\0\p{Cs}]*$/u, 'This holds what is no character.'),
});

export const confirmImportSchema = importIdSchema.extend({
  selection: selectionSchema,
  /** Administrators: link, too, what matches one person and has another name than theirs. */
  linkOtherNames: consent,
  /** Accounts that are inactive in the application may be activated by it. */
  activateInactive: consent,
  /** A background task runs them at once, however few: nobody watches. */
  background: consent,
});
/** `background`: a task runs them, however few. */
export const retryFailedSchema = importIdSchema.extend({ background: consent });
export const retryRowsSchema = importIdSchema.extend({ remoteIds: z.array(remoteId).min(1).max(1000) });

/** Adds people of an import to a group: those of the rows named, or of every row that went well. */
export const addToGroupSchema = importIdSchema.extend({
  groupId: z.uuid(),
  remoteIds: z.array(remoteId).max(1000).optional(),
  /** Accounts that are inactive in the application may be activated by it. */
  activateInactive: consent,
});

/** Why a row failed. */
export interface RowError {
  code: string;
  message: string;
  hint?: string;
}

/** What a selection would do, if whoever looks at it confirmed it. */
export interface SelectionSummary {
  /** False: words match more accounts than are counted, and there are more of each. */
  isExact: boolean;
  create: number;
  link: number;
  /** Linked, and the application's values become the person's. */
  update: number;
  /** They wait for a choice and are left out. */
  undecided: number;
  /** Of these: match one person, whom the application would know by another name. Not of those who look. */
  otherNames: number;
  ignored: number;
  /** Links to whoever looks: left out, because somebody else has to confirm them. */
  own: number;
  /** Of the links: accounts that are inactive in the application, of people in scope. It asks before it activates them. */
  activates: Activations;
}

/** Accounts that are inactive in the application and would be activated. */
export interface Activations {
  count: number;
  /** False: more may be; not all inactive accounts were looked at. */
  countIsExact: boolean;
  /** The first of them, by name; 5 at most. */
  names: string[];
}

/** Why a person has to choose what is to be done with an account. */
export interface ChoiceNeeded {
  code: 'other_username' | 'name_only' | 'several_people' | 'several_accounts' | 'has_account';
  /** A sentence that names who and what. */
  message: string;
}
