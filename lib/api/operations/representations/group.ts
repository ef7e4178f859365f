import { z } from 'zod';
import { relatedShown } from '@/lib/directory/get-group';
import { filterSchema } from '@/lib/filters/schema';
import { applicationKind, idmStatus, ssoStatus } from './application';

const importedFrom = z
  .object({ id: z.uuid(), displayLabel: z.string() })
  .nullable()
  .describe('The application that it was imported from: it cannot be changed here.');

const source = z
  .object({ id: z.uuid(), name: z.string() })
  .nullable()
  .describe('The directory that pushes it by SCIM, and is the master of it.');

const dynamic = z.boolean().describe('Who is a direct member follows from a rule.');

/** A user group in a list. */
export const groupSummary = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    dynamic,
    importedFrom,
    gone: z.boolean().describe('That application has it no longer.'),
    source,
    members: z.number().int().describe('People, those of nested groups included.'),
    nestedGroups: z.number().int(),
    applications: z.number().int(),
  })
  .meta({ id: 'GroupSummary' });

const groupShape = {
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  dynamic,
  version: z.number().int(),
  createdAt: z.date(),
};

/** A user group; what is answered after a change. */
export const group = z.object(groupShape).meta({ id: 'Group' });

/** A user group that is nested in another, or has it nested. */
export const relatedGroup = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    members: z.number().int().describe('People, those of nested groups included.'),
  })
  .meta({ id: 'RelatedGroup' });

/** A user group with everything that the page shows. */
export const groupDetail = z
  .object({
    ...groupShape,
    rule: filterSchema
      .nullable()
      .describe('Whoever falls under it is a direct member: clauses of a group all have to hold, of the groups one.'),
    readOnly: z.boolean().describe('It was imported, or comes from a source.'),
    importedFrom,
    goneAt: z
      .date()
      .nullable()
      .describe('When an import found that the application has it no longer: it may be deleted.'),
    membersTold: z.boolean().describe('False: its application does not tell who is in it.'),
    foreignMembers: z.number().int().describe('Members over there who are not in the directory; up to 1,000.'),
    foreignMembersIsExact: z.boolean().describe('False: there are more.'),
    source,
    applications: z.number().int(),
    directMembers: z.number().int(),
    effectiveMembers: z.number().int().describe('People, those of nested groups included.'),
    nestedGroups: z.number().int().describe('Groups nested in this one; up to 1,000.'),
    nestedGroupsIsExact: z.boolean().describe('False: there are more.'),
    children: z
      .array(relatedGroup)
      .describe(`Groups nested in this one: the first ${relatedShown} by name. All of them: \`listNestedGroups\`.`),
    parents: z
      .array(z.object({ id: z.uuid(), name: z.string() }))
      .describe(
        `Groups that this one is nested in: the first ${relatedShown} by name. All of them: \`listParentGroups\`.`,
      ),
  })
  .meta({ id: 'GroupDetail' });

export const groupMember = z
  .object({
    id: z.uuid(),
    displayName: z.string(),
    username: z.string(),
    email: z.string(),
    status: z.enum(['active', 'suspended']),
    department: z.string().nullable(),
    direct: z.boolean(),
    through: z.array(z.string()).describe('Names of the nested groups that this person is in.'),
  })
  .meta({ id: 'GroupMember' });

/** An application that a user group gives access to. */
export const applicationOfGroup = z
  .object({
    id: z.uuid(),
    displayLabel: z.string(),
    description: z.string(),
    kind: applicationKind,
    ssoStatus,
    idmStatus,
  })
  .meta({ id: 'ApplicationOfGroup' });
