import { z } from 'zod';
import { singleLine } from '@/lib/core/text';

/** Users and groups are mapped by tables of their own. */
export const objectTypeSchema = z.enum(['user', 'group']);
export type ObjectType = z.infer<typeof objectTypeSchema>;

/**
 * When a mapping is sent: in every write, only with the one that creates the account, or only while the source has
 * several values (Entra's *Only when there are multiple values*).
 */
export const mappingApplySchema = z.enum(['always', 'creation', 'multiple']);
export type MappingApply = z.infer<typeof mappingApplySchema>;

/** Longest source of a mapping, in characters. */
export const maxSourceLength = 4_096;

/** One row of an application's mapping table. */
export const attributeMappingSchema = z.object({
  id: z.string().min(1),
  objectType: objectTypeSchema,
  position: z.number().int().min(0),
  kind: z.enum(['direct', 'constant', 'expression']),
  /** A property for direct, the value itself for constant, an expression. */
  source: z.string().max(maxSourceLength),
  /** A SCIM path, see lib/scim/path.ts. */
  target: z.string().min(1).max(512),
  apply: mappingApplySchema,
  /** 1..n; accounts are looked up by the lowest number first. Null: not a matching attribute. */
  matchingPrecedence: z.number().int().min(1).nullable(),
  /** Sent at creation where the source has no value. */
  defaultValue: z.string().max(maxSourceLength).nullable(),
  required: z.boolean(),
});
export type AttributeMapping = z.infer<typeof attributeMappingSchema>;

/** One attribute that the application has: from its template, its SCIM schema, or typed in *Edit attribute list*. */
export const targetAttributeSchema = z.object({
  path: z.string().min(1).max(512),
  /** RFC 7643 section 2.3; a binary value is a string in JSON. */
  type: z.enum(['string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference', 'complex']),
  multiValued: z.boolean().default(false),
  required: z.boolean().default(false),
  caseSensitive: z.boolean().default(false),
  canonicalValues: z.array(z.string()).optional(),
  /** RFC 7643 section 2.2. */
  mutability: z.enum(['readWrite', 'immutable', 'writeOnly', 'readOnly']).default('readWrite'),
});
export type TargetAttribute = z.infer<typeof targetAttributeSchema>;

/** An attribute of an application's list, with where it is from. */
export const listedAttributeSchema = targetAttributeSchema.extend({
  origin: z
    .enum(['template', 'server', 'administrator'])
    .describe("The template's, told by the server itself, or added by an administrator."),
});
export type ListedAttribute = z.infer<typeof listedAttributeSchema>;

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const conditionSchema = z.object({ target: z.string().min(1), equals: scalarSchema });
/** `{value}` in a message or fix stands for the value that broke the rule. */
const ruleText = { message: z.string().min(1), fix: z.string().min(1) };
/** Warnings are shown but do not keep anything from being sent. */
const severity = z.enum(['error', 'warning']).optional();

/** What an application insists on beyond its SCIM schema. Data of the template, checked before anything is sent. */
export const applicationRuleSchema = z.discriminatedUnion('kind', [
  /** The value is exactly one of these, in this case. */
  z.object({
    kind: z.literal('one_of'),
    target: z.string().min(1),
    values: z.array(scalarSchema),
    severity,
    ...ruleText,
  }),
  /** The whole value follows the pattern. */
  z.object({
    kind: z.literal('pattern'),
    target: z.string().min(1),
    pattern: z.string().min(1),
    severity,
    ...ruleText,
  }),
  z.object({ kind: z.literal('not_email'), target: z.string().min(1), severity, ...ruleText }),
  /** Cannot change after creation while SSO is active. */
  z.object({ kind: z.literal('immutable_under_sso'), target: z.string().min(1), severity, ...ruleText }),
  /** Where `if` holds, so must `then`; `enforce`: it is made so when an account is created, a text by generating one. */
  z.object({
    kind: z.literal('implies'),
    enforce: z.boolean().optional(),
    if: conditionSchema,
    // biome-ignore lint/suspicious/noThenProperty: data read from JSON, an object and never a function
    then: z.union([conditionSchema, z.object({ target: z.string().min(1), minLength: z.number().int().min(1) })]),
    severity,
    ...ruleText,
  }),
  /** Allowed, but worth a warning where the condition holds; `underSso`: only while SSO is active. */
  z.object({ kind: z.literal('advise'), if: conditionSchema, underSso: z.boolean().optional(), severity, ...ruleText }),
]);
export type ApplicationRule = z.infer<typeof applicationRuleSchema>;

/**
 * What only a person can do in the application for somebody's account: data of the template. It becomes due with an account that
 * was created with a value, or that was taken over without one.
 */
export const manualTaskSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  due: z.discriminatedUnion('when', [
    z.strictObject({ when: z.literal('created'), with: conditionSchema }),
    z.strictObject({ when: z.literal('taken_over'), without: z.string().min(1) }),
  ]),
  title: singleLine('Title').min(1),
  /** Why, and what to do, in the words of the application's own screens. `{username}`: the application username. */
  text: z.string().min(1),
});
export type ManualTaskTemplate = z.infer<typeof manualTaskSchema>;
