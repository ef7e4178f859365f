import { z } from 'zod';
import { sameJson } from '@/lib/core/same-json';

/** Every event name with what it tells. Names of the provisioning events are the field's own (Directory Insights). */
export const eventNames = {
  idm_integration_activate: 'An administrator tried to activate Identity Management for an application.',
  idm_integration_update: 'An administrator tried to change an active Identity Management integration.',
  idm_integration_reauth: 'An administrator tried to replace the credentials of an active integration.',
  idm_integration_delete: 'An administrator tried to deactivate an active integration.',
  idm_oauth_start: 'An administrator began to connect an application by OAuth 2.0: somebody is asked to allow it.',
  idm_oauth_connect: 'Somebody came back from the authorisation server of an application, allowed or not.',
  idm_oauth_refused: 'The authorisation server of an application refused to renew an authorisation.',
  idm_oauth_disconnect: 'An administrator disconnected an application: its tokens were forgotten.',
  idm_connection_test: 'An administrator tested a connection by writing a test user, who was deleted again.',
  idm_secret_ending: 'The secret of a connection ends within 30 days, or within 7.',
  idm_server_learned: 'A SCIM server taught what it can do, or how much it takes at once.',
  idm_integration_quarantine: 'A connection was quarantined, or left quarantine.',
  user_create_provision: 'Latchkey tried to create a user in the application.',
  user_update_provision: 'Latchkey tried to update an existing user in the application.',
  user_deprovision: 'Latchkey tried to make an existing user inactive in the application.',
  user_delete_provision: 'Latchkey tried to delete an existing user in the application.',
  user_lookup_provision: 'Latchkey could not find out whether a user is to be created or updated.',
  user_drift:
    'An account was found to differ in the application although the directory did not change, and is left so.',
  user_drift_correct: 'Somebody had accounts corrected that differ in the application.',
  user_release: 'An account was released: it stays as it is and is no longer managed.',
  group_create_provision: 'Latchkey tried to create a group in the application.',
  group_update_provision: 'Latchkey tried to update an existing group in the application.',
  group_delete_provision: 'Latchkey tried to delete an existing group in the application.',
  group_link: 'A user group was linked to a group in the application by hand, or unlinked from it.',
  provisioning_retry: 'Somebody asked for accounts to be tried again.',
  provisioning_on_demand: 'Somebody asked for one person or one user group to be provisioned at once.',
  provisioning_hold: 'A deactivation or a deletion waits until somebody allows it.',
  provisioning_pause: 'Somebody paused all provisioning: nothing is sent to any application.',
  provisioning_resume: 'Somebody resumed provisioning: what has changed meanwhile is sent.',
  provisioning_guard:
    'More accounts were to be deactivated or deleted than the guard lets through: they wait for somebody.',
  provisioning_allow: 'Somebody allowed what was held.',
  provisioning_task: 'Manual tasks of an application were ticked off, or opened again.',
  provisioning_reject: 'Somebody rejected what was held: the accounts stay as they are.',
  missing_confirm: 'Somebody said that accounts which had disappeared may be gone.',
  provisioning_cycle: 'A full cycle started, started over, ended or was stopped.',
  provisioning_dry_run:
    'A dry run was started, ended or was cancelled: it says what a full cycle would do, and sends nothing.',
  import_start: 'An import was started.',
  import_decide: 'Somebody chose what an import is to do with an account.',
  import_finish: 'An import ended.',
  access_request: 'A person asked for access to an application.',
  sso_auth: 'A person asked to sign in to an application.',
  sso_logout: 'A person was to be signed out of an application: the application asked for it, or was asked.',
  sso_activate: 'SSO or a bookmark was activated.',
  sso_deactivate: 'SSO or a bookmark was deactivated.',
  sso_update: 'SSO settings were changed.',
  sso_metadata: 'The metadata of a service provider was read at its address, waits to be looked at, or was rejected.',
  sso_certificate: 'A signing certificate was generated, rolled over or removed.',
  application_create: 'An application was created.',
  application_update: 'An application was changed.',
  application_delete: 'An application was deleted.',
  application_move_start: 'An administrator began to migrate an application to a new instance.',
  application_move_compare:
    'The accounts of the new instance of an application are compared with those of the old one.',
  application_move_hand_over: 'Accounts and user groups of an application were handed over to its new instance.',
  application_move_sign_on: 'Sign-on was moved to the new instance of an application.',
  application_move_finish: 'A migration was finished: the old instance of an application was retired.',
  application_move_step_back: 'The last step of a migration was taken back.',
  application_move_back_out: 'An administrator backed out of a migration: the old instance goes on.',
  application_mapping_update: 'Attribute mappings were changed.',
  application_scope_update: 'A scoping filter was changed.',
  association_create: 'A user group or person was associated with an application.',
  association_delete: 'A user group or person was disassociated from an application.',
  user_create: 'A person was created.',
  user_update: 'A person was changed.',
  user_suspend: 'A person was suspended.',
  user_reactivate: 'A person was reactivated.',
  user_unlock: 'Wrong passwords that held up a sign-in were forgotten.',
  user_delete: 'A person was deleted; restorable for 30 days.',
  user_restore: 'A deleted person was restored.',
  user_purge: 'A person was deleted permanently.',
  import_comment: 'A reviewer said something about an import or one of its accounts.',
  import_settings_update: 'How accounts are matched and what people take of them was changed.',
  user_import: 'A person was created or linked by an import.',
  group_import: 'What was chosen for a group of an import could not be carried out.',
  user_batch_start: 'Somebody did the same to many people, or had people imported from a file.',
  user_batch_finish: 'What was done to many people is over.',
  user_file_read: 'Somebody uploaded a file of people, or chose what its columns are.',
  user_activation: 'An activation link was issued or used.',
  password_link_request: 'Somebody asked for a link to choose a new password.',
  group_create: 'A user group was created.',
  group_update: 'A user group was changed.',
  group_delete: 'A user group was deleted.',
  group_members_update: 'The members of a user group were changed.',
  session_start: 'Somebody tried to sign in.',
  session_end: 'Somebody signed out, or a session was revoked.',
  api_token_create: 'A token of the HTTP API was created.',
  api_token_revoke: 'A token of the HTTP API was revoked.',
  attribute_create: 'A custom attribute of people was defined by hand.',
  attribute_update: 'The definition of a custom attribute was changed.',
  attribute_delete: 'The definition of a custom attribute was deleted.',
  source_create: 'A source was created: another directory that pushes people and groups into this one.',
  source_update: 'A source was changed.',
  source_delete: 'A source was deleted: its people and groups are Latchkey’s own from then on.',
  source_token_create: 'A token of a source was created.',
  source_token_revoke: 'A token of a source was revoked.',
  webhook_create: 'A webhook was created.',
  webhook_update: 'A webhook was changed, or its secret was replaced.',
  webhook_delete: 'A webhook was deleted.',
  webhook_delivery: 'A delivery to a webhook was given up, or sent again.',
  settings_update: 'The settings of the installation were changed.',
  request_limit: 'Requests of one address, or of one session, were refused because there were too many.',
  access_refused: 'Somebody tried what their role does not allow.',
  demo_reset: 'The demo was reset or its clock was moved.',
} as const satisfies Record<string, string>;

export type EventName = keyof typeof eventNames;
export const eventNameSchema = z.enum(Object.keys(eventNames) as [EventName, ...EventName[]]);

/** {attribute: {from, to}}: what a change did. Values of secrets are never in it. `drift`: it undoes what somebody else did over there. */
export type Changes = Record<string, { from: unknown; to: unknown; drift?: true }>;

/** Time ranges that are offered ready-made, in hours back from now. */
export const eventRanges = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const;
export type EventRange = keyof typeof eventRanges;

const names = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')))
  .transform((parts) => parts.flatMap((part) => eventNameSchema.safeParse(part).data ?? []));

/** PostgreSQL knows no year 0 and before. */
const moment = z.coerce.date().min(new Date(0)).optional().catch(undefined);

/** Filters of the event list; all of them live in the URL, where nonsense counts as absent. */
export const eventFilterSchema = z.object({
  /** Words that are all wanted: in the name, actor, target, application, code or message. */
  q: z.string().trim().max(200).optional().catch(undefined),
  name: names.optional().catch(undefined),
  outcome: z.enum(['success', 'error']).optional().catch(undefined),
  application: z.uuid().optional().catch(undefined),
  target: z.string().max(200).optional().catch(undefined),
  cycle: z.uuid().optional().catch(undefined),
  /** Counted back from now; `since` and `until` are moments of their own. */
  range: z.enum(['1h', '24h', '7d', '30d']).optional().catch(undefined),
  since: moment,
  until: moment,
});
export type EventFilter = z.output<typeof eventFilterSchema>;

/** PostgreSQL's bigint. */
const largestId = 9_223_372_036_854_775_807n;

/** An event's id, as it stands in the URL. */
export const eventIdSchema = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, 'This is no id of an event.')
  .refine((text) => !/^\d+$/.test(text) || BigInt(text) <= largestId, 'This is no id of an event.');

/** Changes between two flat records, only of the keys that differ. */
export function changesBetween(before: Record<string, unknown>, after: Record<string, unknown>): Changes {
  const changes: Changes = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[key] ?? null, after[key] ?? null];
    if (!sameJson(from, to)) changes[key] = { from, to };
  }
  return changes;
}
