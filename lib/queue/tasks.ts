import { z } from 'zod';

const id = z.uuid();

/** Every background task and the payload it takes. lib/worker has one handler for each. */
export const tasks = {
  /** People or groups changed: look at every application that they touch. */
  'directory-changed': z.object({
    userIds: z.array(id).max(10_000).default([]),
    groupIds: z.array(id).max(10_000).default([]),
  }),
  /** The same for one person who is kept out from now on; goes on with one of the applications itself. */
  'person-shut-out': z.object({ userId: id }),
  /** Everyone in (or formerly in) an application's scope is looked at again. */
  'application-changed': z.object({ applicationId: id, userIds: z.array(id).max(1000).optional() }),
  /** Works off the changes that are due in one application, a short stretch at a time. */
  provision: z.object({ applicationId: id }),
  /** The same for those who are to lose their account, beside whatever else is sent to the application. */
  'provision-urgent': z.object({ applicationId: id }),
  /** The same for what a full cycle has made due: many people, among whom nobody waits for one. */
  'provision-cycle': z.object({ applicationId: id }),
  /** One stretch of carrying out what was decided about all that is held in an application. */
  'decide-held': z.object({ applicationId: id }),
  /** One stretch of a full cycle. */
  cycle: z.object({ cycleId: id }),
  /** One stretch of a dry run. */
  'dry-run': z.object({ runId: id }),
  /** Starts the full cycles that are due and re-tries quarantined connections. */
  'schedule-cycles': z.object({}),
  /** Reads the application's accounts into an import. */
  'import-fetch': z.object({ importId: id }),
  /** Runs one stretch of a confirmed import. */
  'import-run': z.object({ importId: id }),
  /** Carries out what was chosen for groups of an import, a short stretch at a time. */
  'import-groups': z.object({ importId: id }),
  /** Accounts became somebody's, or are nobody's any more: moves people in the groups of the application that have them. Added by triggers (migration 0155). */
  'follow-accounts': z.object({ applicationId: id, remoteIds: z.array(z.string()).max(1_000) }),
  /** Mails activation links to people whom an import has created, a short stretch at a time. */
  'import-activations': z.object({
    importId: id,
    actorId: id.nullable(),
    actorName: z.string(),
    tokenId: id.nullable(),
    /** The account up to which it has come. */
    after: z.string().default(''),
  }),
  /** Runs one stretch of what is done to many people. */
  'user-batch': z.object({ batchId: id }),
  /** Mails a link to whoever has this name, if anybody has; sealed, because people type passwords into the wrong field. */
  'send-password-link': z.object({ nameSealed: z.string(), clientAddress: z.string().nullable() }),
  /** Hands one mail to the mail server. */
  'send-mail': z.object({ mailId: id }),
  /** Delivers what is due for a webhook, a short stretch at a time. */
  'deliver-webhook': z.object({ webhookId: id }),
  /** Reads the metadata of a service provider at its address. */
  'refresh-sp-metadata': z.object({ applicationId: id }),
  /** Permanent deletion after 30 days, and what is to be looked after now and then. */
  housekeeping: z.object({}),
  /** Deletes what has reached its age, a short stretch at a time. */
  retention: z.object({}),
} as const;

export type TaskName = keyof typeof tasks;
export type TaskPayload<Name extends TaskName> = z.infer<(typeof tasks)[Name]>;

/**
 * Of what there is one at a time, by name: tasks of one name never run side by side, in whichever process. What is not in here may.
 */
export const lanes: { readonly [Name in TaskName]?: (payload: TaskPayload<Name>) => string } = {
  provision: ({ applicationId }) => `provision:${applicationId}`,
  // Rows are leased: it is safe beside the other two, and behind neither.
  'provision-urgent': ({ applicationId }) => `provision-urgent:${applicationId}`,
  'provision-cycle': ({ applicationId }) => `provision:${applicationId}`,
  'decide-held': ({ applicationId }) => `decide-held:${applicationId}`,
  cycle: ({ cycleId }) => `cycle:${cycleId}`,
  'dry-run': ({ runId }) => `dry-run:${runId}`,
  'import-fetch': ({ importId }) => `import:${importId}`,
  'import-run': ({ importId }) => `import:${importId}`,
  'import-groups': ({ importId }) => `import-groups:${importId}`,
  'follow-accounts': ({ applicationId }) => `follow-accounts:${applicationId}`,
  'import-activations': ({ importId }) => `import-activations:${importId}`,
  'user-batch': ({ batchId }) => `user-batch:${batchId}`,
  'deliver-webhook': ({ webhookId }) => `webhook:${webhookId}`,
  'refresh-sp-metadata': ({ applicationId }) => `sp-metadata:${applicationId}`,
  retention: () => 'retention',
};

export function laneOf<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): string | undefined {
  return lanes[name]?.(payload);
}
