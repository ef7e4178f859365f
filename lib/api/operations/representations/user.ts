import { z } from 'zod';
import { roleSchema } from '@/lib/directory/schema';
import { changes, outcomeError } from '../../fields';
import { idmStatus } from './application';
import { drift, linkState, sharedName, sharedNameShape } from './provisioning';

const status = z.enum(['active', 'suspended']);
const pending = z.boolean().describe('No password was ever set.');

/** A person in a list. */
export const userSummary = z
  .object({
    id: z.uuid(),
    displayName: z.string(),
    username: z.string(),
    email: z.string(),
    department: z.string().nullable(),
    jobTitle: z.string().nullable(),
    role: roleSchema,
    status,
    pending,
    deletedAt: z.date().nullable(),
  })
  .meta({ id: 'UserSummary' });

const userShape = {
  ...userSummary.shape,
  firstname: z.string(),
  lastname: z.string(),
  employeeIdentifier: z.string().nullable(),
  company: z.string().nullable(),
  costCenter: z.string().nullable(),
  location: z.string().nullable(),
  phone: z.string().nullable(),
  managerId: z.uuid().nullable(),
  customAttributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  importedFromId: z.uuid().nullable().describe('The application that this person was imported from.'),
  sourceId: z
    .uuid()
    .nullable()
    .describe(
      'The source that is the master of this person, as long as it is there: all but the role is changed there.',
    ),
  externalId: z.string().nullable().describe('By which the source knows the person.'),
  mustChangePassword: z
    .boolean()
    .describe('The password was made by somebody else: nothing is open before a new one is chosen.'),
  lastSignInAt: z.date().nullable(),
  version: z.number().int(),
  createdAt: z.date(),
  updatedAt: z.date(),
};

/** A person; what is answered after a change. */
export const user = z.object(userShape).meta({ id: 'User' });

/** A person after a change of what applications know them by. */
export const userWithNames = z
  .object({
    ...userShape,
    shared: z
      .array(sharedNameShape.extend({ application: z.object({ id: z.uuid(), displayLabel: z.string() }) }))
      .describe("Application usernames that are somebody else's too now: none of them can sign in there."),
  })
  .meta({ id: 'UserWithNames' });

/** A person with everything that the page shows. */
export const userDetail = z
  .object({
    ...userShape,
    manager: z
      .object({ id: z.uuid(), displayName: z.string(), username: z.string(), deletedAt: z.date().nullable() })
      .nullable(),
    reports: z.array(z.object({ id: z.uuid(), displayName: z.string() })).describe('The first 20.'),
    reportCount: z.number().int(),
    openLink: z
      .object({ createdAt: z.date(), expiresAt: z.date() })
      .nullable()
      .describe('An activation link that was not used; the link itself is answered only when it is issued.'),
    signInHold: z
      .object({
        attempts: z.number().int().describe('Wrong passwords that have not decayed yet.'),
        addresses: z.number().int().describe('Addresses that they came from.'),
        knownBrowsers: z.number().int().describe('Browsers they came from that the person signed in with before.'),
        until: z.date().describe('Until when the last of those who are held up has to wait.'),
        everywhere: z.boolean().describe('Every browser is held up that the person did not sign in with before.'),
      })
      .nullable()
      .describe('Wrong passwords that hold up the sign-in at this moment.'),
    restorableUntil: z.date().nullable().describe('When somebody who is deleted is deleted permanently.'),
  })
  .meta({ id: 'UserDetail' });

const named = z.object({ id: z.uuid(), displayName: z.string(), username: z.string(), email: z.string() });

/** A name of a person that is another person's as well. */
export const contestedName = z
  .object({
    field: z.enum(['username', 'email']),
    person: named.describe('Who is not found by it.'),
    holder: named.describe('Who had it first, and is found by it.'),
  })
  .meta({ id: 'ContestedName' });

/** A user group whose name is another group's as well. */
export const contestedGroup = z
  .object({
    group: z.object({ id: z.uuid(), name: z.string() }),
    holder: z.object({ id: z.uuid(), name: z.string() }),
  })
  .meta({ id: 'ContestedGroup' });

/** A link by which a person chooses a password. */
export const activationLink = z
  .object({ url: z.string().describe('Works once. Answered this once.'), expiresAt: z.date() })
  .meta({ id: 'ActivationLink' });

/** A browser in which a person is signed in. */
export const session = z
  .object({
    id: z.uuid(),
    clientAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    lastSeenAt: z.date(),
    createdAt: z.date(),
  })
  .meta({ id: 'Session' });

/** Where somebody may be signed in although the session here is over. */
export const openAtApplication = z
  .object({
    sessionId: z.string().describe('SessionIndex of the assertion that began it.'),
    id: z.uuid().describe('Of the application.'),
    displayLabel: z.string(),
    since: z.date(),
    endsAt: z.date().nullable().describe('When it ends by itself (SessionNotOnOrAfter).'),
    isTold: z
      .boolean()
      .describe('The application takes LogoutRequests: it is told when that browser comes here again.'),
    askedAt: z.date().nullable(),
    refusal: z.string().nullable().describe('Why it is open, where that is known.'),
  })
  .meta({ id: 'OpenAtApplication' });

/** A user group that a person is in. */
export const membership = z
  .object({
    groupId: z.uuid(),
    name: z.string(),
    direct: z.boolean(),
    importedFromId: z.uuid().nullable(),
    path: z.array(z.string()).describe('The shortest way: from the group of the direct membership up to this one.'),
  })
  .meta({ id: 'Membership' });

/** An application in which a person has access or an account. */
export const personAccount = z
  .object({
    applicationId: z.uuid(),
    displayLabel: z.string(),
    ssoActive: z.boolean(),
    idmStatus,
    grants: z
      .array(z.object({ groupId: z.uuid(), path: z.array(z.string()) }))
      .describe('The groups that give access, with the way to each.'),
    direct: z.boolean().describe('Assigned without a group.'),
    shared: sharedName,
    state: linkState.nullable().describe('Of the account; null: there is none.'),
    lastChangeAt: z.date().nullable(),
    lastError: outcomeError,
    drift,
    next: z
      .object({ action: z.string(), words: z.string(), hint: z.string().optional(), changes })
      .nullable()
      .describe('What the next cycle will do.'),
  })
  .meta({ id: 'PersonAccount' });
