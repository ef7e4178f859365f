import { z } from 'zod';
import { inputShape, partialShape } from '@/lib/core/setting';
import { type LinkStateName, linkStates, linkStatesThat } from '@/lib/core/states';
import { filterSchema } from '@/lib/filters/schema';
import { objectTypeSchema } from '@/lib/mappings/schema';
import { credentialsSchema } from '@/lib/scim/authentication';
import { type ProfileName, profileNames, serverProfile } from '@/lib/scim/profile';
import { connectionSettings } from './settings';

const id = z.uuid();
const version = z.number().int().positive();
const settings = inputShape(connectionSettings);

/** What a test that writes has found out of a server that is not connected yet. */
export const taughtSchema = z.object({ patch: z.boolean(), pathFilters: z.boolean() });

/** What an administrator types on the Identity Management tab. */
export const connectionSchema = z.object({
  applicationId: id,
  baseUrl: settings.baseUrl,
  authentication: credentialsSchema,
  manageGroups: settings.manageGroups,
  taught: taughtSchema
    .optional()
    .describe('What a test that writes has found out of this server (`capabilities` of `testConnection`), to be kept.'),
});

/** A test of what was typed; without credentials, with those that are saved. */
export const connectionTestSchema = z.object({
  applicationId: id,
  baseUrl: settings.baseUrl,
  authentication: credentialsSchema.optional(),
  manageGroups: settings.manageGroups.optional(),
  write: z
    .boolean()
    .optional()
    .describe('Also create, change, deactivate and delete a test user, and with `manageGroups` a test group.'),
});

export const integrationUpdateSchema = z.object({ applicationId: id, version, ...settings });

/** Null takes back what an administrator set: what was learned, or the template says, holds again. */
export const serverProfileUpdateSchema = z.object({
  applicationId: id,
  version,
  ...partialShape(serverProfile),
  forget: z
    .array(z.enum(profileNames as [ProfileName, ...ProfileName[]]))
    .max(profileNames.length)
    .optional()
    .describe(
      'What was learned of the server that is to be forgotten: the template holds again, or what is assumed, until it is learned anew.',
    ),
});

/** All of it, as the form has it. */
export const serverProfileFormSchema = z.object({ applicationId: id, version, ...inputShape(serverProfile) });

export const replaceCredentialsSchema = z.object({ applicationId: id, version, authentication: credentialsSchema });

export const applicationRefSchema = z.object({ applicationId: id });

/** Manual tasks of an application: those that are to be done, or were. */
export const manualTaskFilterSchema = z.object({ state: z.enum(['open', 'done']).default('open').catch('open') });
export type ManualTaskFilter = z.infer<typeof manualTaskFilterSchema>;

export const tickOffTasksSchema = z.object({
  applicationId: id,
  taskIds: z.array(id.toLowerCase()).min(1, 'Select at least one task').max(1_000),
  done: z.boolean().default(true).describe('False: opened again.'),
});

/** Operations that are held: these, or (without) all that were there when they were looked at. */
export const heldChoiceSchema = z.object({
  applicationId: id,
  operationIds: z
    .array(id.toLowerCase())
    .min(1)
    .max(1_000)
    .optional()
    .describe('Without: all that were held at `seenAt`.'),
  seenAt: z.coerce
    .date()
    .optional()
    .describe('As `listHeld` told it; without: now. Of no meaning beside `operationIds`.'),
});
export type HeldChoice = z.infer<typeof heldChoiceSchema>;

/** The same for who allows them. */
export const allowHeldSchema = heldChoiceSchema.extend({
  rejected: z
    .boolean()
    .optional()
    .describe('Also what was rejected, of those that are named: otherwise it stays rejected.'),
});
export const linkRefSchema = z.object({ linkId: id });

/** A user group in an application. */
export const groupLinkRefSchema = z.object({ applicationId: id, groupId: id });
export const linkGroupSchema = groupLinkRefSchema.extend({
  remoteId: z.string().min(1).max(2_000).describe('The id of the group over there, as `listRemoteGroups` tells it.'),
});
/** Groups over there. */
export const remoteGroupFilterSchema = z.object({ q: z.string().trim().max(200).optional() });
export const retryFailedSchema = z.object({
  applicationId: id,
  states: z.array(z.enum(linkStatesThat.mayBeRetried)).max(4).optional(),
});

export const retryCauseSchema = z.object({
  cycleId: id,
  cause: z.string().regex(/^[0-9a-f]{12}$/, 'This is no cause of a cycle.'),
});

/** What a retry waits for where nothing is sent. */
export const retryWaits: Readonly<Record<string, string | undefined>> = {
  quarantined:
    'The connection is quarantined and nothing is sent: it is tried when that ends. Run now makes the connection active again.',
  paused: 'Provisioning is paused and nothing is sent: it is tried when it is resumed.',
};

/** What running a cycle by hand does to a connection that is quarantined. */
export const runLeavesQuarantine =
  'The connection becomes active again: a full cycle begins, and all that waited is sent, deprovisioning included. If it still fails, it is quarantined again.';

/** The same where many accounts had disappeared at once. */
export const runReadsAgain =
  'A full cycle reads the application again. Nothing is sent before what is missing is there again, or confirmed.';

/** What differs over there although the directory did not change. */
export const foundDriftSchema = z.object({
  kind: z
    .enum(['changed', 'reactivated', 'deleted'])
    .describe(
      '`changed`: attributes have other values over there; `reactivated`: an account that is to be inactive is active; `deleted`: it is not there any more.',
    ),
  attributes: z
    .record(z.string(), z.object({ ours: z.unknown(), theirs: z.unknown() }))
    .describe('Attribute → what it is to be and what it is over there. Secret values are left out.'),
});
export type FoundDrift = z.infer<typeof foundDriftSchema>;

/** The same as it is kept with a link. */
export const driftSchema = foundDriftSchema.extend({
  noticedAt: z.iso.datetime().describe('When it was first noticed as it is.'),
  message: z.string(),
  correct: z.literal(true).optional().describe('Somebody has asked for it to be corrected.'),
});
export type Drift = z.infer<typeof driftSchema>;

/** What is stored with a link; null: nothing. */
export function driftOf(stored: unknown): Drift | null {
  return driftSchema.safeParse(stored).data ?? null;
}

/** These accounts, or (without) all that differ and are left so. */
export const correctDriftSchema = z.object({
  applicationId: id,
  linkIds: z.array(id.toLowerCase()).min(1).max(1_000).optional().describe('Without: all that are left as they are.'),
});

/** A scoping filter that is only thought about. */
export const askedFilterSchema = z.object({ applicationId: id, objectType: objectTypeSchema, groups: filterSchema });
export type AskedFilter = z.infer<typeof askedFilterSchema>;

/** `version` is the application's. */
export const updateScopeFilterSchema = askedFilterSchema.extend({
  version,
  fallingOut: z
    .enum(['deactivate', 'release'])
    .default('deactivate')
    .describe(
      'What becomes of the accounts of people whom this filter leaves out and the one before did not: deprovisioned as when somebody leaves, or released, which leaves them as they are and manages them no longer. Of no meaning for groups, which are always left as they are.',
    ),
});

/** Who comes and who goes by a filter that is only thought about. */
export const filterChangesSchema = z.object({
  q: z.string().trim().max(200).optional(),
  change: z.enum(['enters', 'leaves']).optional(),
});
export type FilterChangesQuery = z.infer<typeof filterChangesSchema>;

/** States of a link in words, with what they mean for a person. */
export const linkStateWords = {
  pending: { label: 'Waiting', tone: 'progress', help: 'Will be sent shortly.' },
  provisioned: { label: 'Provisioned', tone: 'ok', help: 'The account is there and agrees with the directory.' },
  deactivated: { label: 'Deactivated', tone: 'inactive', help: 'The account is inactive in the application.' },
  deleted: { label: 'Deleted', tone: 'inactive', help: 'The account was deleted in the application.' },
  error: { label: 'Error', tone: 'error', help: 'The last attempt failed.' },
  conflict: { label: 'Conflict', tone: 'error', help: 'It is not clear which account is meant.' },
  outcome_unknown: {
    label: 'Outcome unknown',
    tone: 'attention',
    help: 'An answer was lost, and the application cannot be searched.',
  },
  released: { label: 'Released', tone: 'inactive', help: 'Left as it is and not managed.' },
  imported: {
    label: 'Imported',
    tone: 'inactive',
    help: 'Linked by an import, and left as it is so far: the next cycle or change finds out whether it is to be managed.',
  },
  not_managed: {
    label: 'Not managed',
    tone: 'inactive',
    help: 'Imported and left as it is, until the person is in an associated user group or directly assigned.',
  },
  skipped: { label: 'Skipped', tone: 'attention', help: 'Nothing is sent; the reason is shown.' },
} as const satisfies Record<LinkStateName, { label: string; tone: string; help: string }>;

/** Filters of the assignment list. */
export const linkFilterSchema = z.object({
  q: z.string().trim().max(200).optional(),
  state: z.array(z.enum(linkStates)).optional(),
  cycleId: id.optional(),
  /** Only whose account differs over there and is left so. */
  drift: z.boolean().optional(),
  /** Only who has an application username that somebody else in scope has too. */
  shared: z.boolean().optional(),
});
export type LinkFilter = z.infer<typeof linkFilterSchema>;

/** The same as they live in the URL, where nonsense counts as absent. */
export const assignmentAddressSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  state: z
    .string()
    .transform((text) => linkStates.filter((state) => text.split(',').includes(state)))
    .optional()
    .catch(undefined),
  drift: z.literal('left').optional().catch(undefined),
  names: z.literal('shared').optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});
