import { z } from 'zod';
import { nameProblem, plainName, singleLine } from '@/lib/core/text';
import { filterSchema } from '@/lib/filters/schema';

/** Shortest password that is accepted, in characters. */
export const passwordMinLength = 12;
/** Days that an activation link can be used. */
export const activationDays = 7;
/** Minutes that a link can be used which was asked for by Forgot password, and replaces a password. */
export const passwordLinkMinutes = 60;
/** Days for which a deleted person can be restored. */
export const restorableDays = 30;
/** Deepest chain of nested groups. */
export const maxNestingDepth = 10;

const line = (label: string, max = 200) => singleLine(label).max(max, `${label} has at most ${max} characters.`);

/** Lower case, as the database has it: ids are compared. */
const uuid = z.uuid().toLowerCase();

const required = (label: string, max?: number) => line(label, max).min(1, `${label} is missing.`);

/** An optional property: empty text counts as no value. */
const optional = (label: string, max?: number) =>
  line(label, max)
    .nullish()
    .transform((value) => value || null);

/** Forgot password: whose it is. */
export const requestPasswordLinkSchema = z.object({
  name: z.string().trim().min(1, 'Type your username or e-mail address.').max(300, 'At most 300 characters.'),
});

/** What can be said of a password as it is typed; `assertAcceptablePassword` is the judge. */
export const passwordSchema = z
  .string()
  .max(200, 'Use at most 200 characters.')
  .refine((password) => [...password].length >= passwordMinLength, `Use at least ${passwordMinLength} characters.`)
  .refine((password) => !/^(.{1,6})\1{2,}.{0,2}$/su.test(password), 'This password repeats itself.');

/** The name of a custom attribute. */
export const attributeKeySchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'A name starts with a letter and has letters, digits and _.');

export const customAttributesSchema = z
  .record(
    attributeKeySchema,
    z.union([
      z
        .string()
        .max(1000, 'At most 1,000 characters.')
        .regex(/^[^\0\p{Cs}]*$/u, 'This holds what is no character.'),
      z.number(),
      z.boolean(),
    ]),
  )
  .refine((record) => Object.keys(record).length <= 50, 'At most 50 custom attributes.');

export const roleSchema = z.enum(['administrator', 'helpdesk', 'user']);

const username = plainName('Username')
  .min(1, 'Username is missing.')
  .max(100, 'Username has at most 100 characters.')
  .regex(/^[^\s"<>\\]+$/, 'A username has no spaces, quotes, < > or backslashes.');

/** Plain ASCII: what is invisible is named, because it cannot be seen. */
const email = z
  .string()
  .trim()
  .max(254, 'An e-mail address has at most 254 characters.')
  .check(
    z.email({
      error: (issue) => nameProblem('The e-mail address', String(issue.input)) ?? 'This is not an e-mail address.',
    }),
  );

/** What a person's form holds. */
export const userValuesSchema = z.object({
  username,
  email,
  firstname: required('First name', 100),
  lastname: required('Last name', 100),
  /** Empty: first and last name. */
  displayName: optional('Display name'),
  employeeIdentifier: optional('Employee ID', 64),
  jobTitle: optional('Job title'),
  department: optional('Department'),
  company: optional('Company'),
  costCenter: optional('Cost center', 64),
  location: optional('Location'),
  phone: optional('Phone', 40),
  managerId: z
    .union([uuid, z.literal('')])
    .nullish()
    .transform((value) => value || null),
  customAttributes: customAttributesSchema.default({}),
  role: roleSchema.default('user'),
});
export type UserValues = z.output<typeof userValuesSchema>;

export const createUserSchema = userValuesSchema.extend({
  /** Mail the activation link at once. */
  sendActivation: z.boolean().default(true),
});

const version = z.number().int().positive();

/** `version` is the one that the form was loaded with: somebody else's change in between is noticed. */
export const updateUserSchema = userValuesSchema.extend({ id: uuid, version });
export const userIdSchema = z.object({ id: uuid });
/** `typed`: the username, by which a person or a script confirms it. */
export const purgeUserSchema = userIdSchema.extend({ typed: z.string().max(200).optional() });
export const issueActivationLinkSchema = userIdSchema.extend({ mail: z.boolean() });
/** `userId`: whose it has to be. */
export const revokeSessionSchema = z.object({ sessionId: uuid, userId: uuid.optional() });
/** `keep`: a session that stays. */
export const revokeAllSessionsSchema = z.object({ userId: uuid, keep: z.string().optional() });

export const groupValuesSchema = z.object({
  name: required('Name', 100),
  description: line('Description', 1000).default(''),
});
export const updateGroupSchema = groupValuesSchema.extend({ id: uuid, version });

/** Most dynamic groups there are: a change of one person asks the rules of all of them. */
export const mostDynamicGroups = 500;
/** Who falls under it is a member: clauses as of a scoping filter, about attributes alone. */
export const groupRuleSchema = filterSchema.min(1, 'A rule has at least one clause.');
export const createGroupSchema = groupValuesSchema.extend({
  rule: groupRuleSchema
    .nullish()
    .describe('Makes a dynamic group: whoever falls under the rule is a member. Null: members are added by hand.'),
});
/** `rule` null: members stay, and are changed by hand from then on. */
export const updateGroupRuleSchema = z.object({
  id: uuid,
  version,
  rule: groupRuleSchema
    .nullable()
    .describe(
      'Groups of clauses, as of a scoping filter, without IsMemberOf. Null: the group becomes a static one, and keeps its members.',
    ),
});
/** `groupId`: whose members they would be; absent: of a new group. */
export const previewGroupRuleSchema = z.object({ rule: groupRuleSchema, groupId: uuid.optional() });
/** `typed`: the group's name, by which a person confirms it; a script says which by its id. */
export const deleteGroupSchema = z.object({ id: uuid, typed: z.string().max(200).optional() });

/** Makes a group of an application one of the directory. */
export const turnGroupSchema = z.object({
  id: uuid,
  version,
  name: groupValuesSchema.shape.name
    .optional()
    .describe('Another name, where a user group of the directory has this one. Left out: as it is called over there.'),
});

/** At most 1,000 each way in one call. */
export const groupMembersSchema = z.object({
  groupId: uuid,
  add: z.array(uuid).max(1000).default([]),
  remove: z.array(uuid).max(1000).default([]),
});

export const nestGroupSchema = z.object({ parentId: uuid, childId: uuid });

/** `pending`: active, and no password was ever set. */
export const userStatuses = ['active', 'suspended', 'pending', 'deleted'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** Sort keys of the list of people: `-` in front means descending. */
export const userSorts = [
  'name',
  '-name',
  'username',
  '-username',
  'email',
  '-email',
  'department',
  '-department',
  'created',
  '-created',
] as const;
export const groupSorts = ['name', '-name', 'created', '-created'] as const;

/** Sort key as it stands in a page's URL, where nonsense counts as absent. */
const sortBy = <Key extends string>(keys: readonly [Key, ...Key[]]) =>
  z
    .unknown()
    .optional()
    .transform((value) => keys.find((key) => key === value) ?? keys[0]);

/** Filters of the list of people; all of them live in the URL, where nonsense counts as absent. */
export const userFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  status: z.enum(userStatuses).optional().catch(undefined),
  role: roleSchema.optional().catch(undefined),
  department: z.string().max(200).optional().catch(undefined),
  groupId: uuid.optional().catch(undefined),
  /** Only who has a name that somebody else had first. */
  names: z.enum(['contested']).optional().catch(undefined),
  sort: sortBy(userSorts),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type UserFilter = z.output<typeof userFilterSchema>;

export const groupFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  origin: z.enum(['own', 'imported']).optional().catch(undefined),
  /** By hand, or by a rule. */
  membership: z.enum(['hand', 'rule']).optional().catch(undefined),
  sort: sortBy(groupSorts),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type GroupFilter = z.output<typeof groupFilterSchema>;

/** Filters of the members of a group. */
export const memberFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  kind: z.enum(['direct', 'nested']).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});
