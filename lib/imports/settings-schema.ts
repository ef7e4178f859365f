import { z } from 'zod';
import { answerShape, inputShape } from '@/lib/core/setting';
import { maxSourceLength } from '@/lib/mappings/schema';
import { enterpriseUserSchema } from '@/lib/scim/path';
import { scheduleSettings } from './schedule-settings';
import { personAttributeNames, takenAttributeSchema } from './taken-attributes';

/** What a rule compares, beside `mapped:` and the attribute of a mapping. */
export const comparedWords = {
  username: 'Username',
  email: 'E-mail',
  employeeIdentifier: 'Employee ID',
  matchingAttributes: 'Matching attributes',
} as const;

const mostRules = 8;
const mostTogether = 4;

const compared = z.union([
  z.enum(['username', 'email', 'employeeIdentifier', 'matchingAttributes']),
  z
    .string()
    .regex(/^mapped:[^\s].{0,510}$/u, 'A mapped attribute is written mapped: and its path.')
    .transform((text) => text as `mapped:${string}`),
]);
export type Compared = z.output<typeof compared>;

export const matchingRuleSchema = z
  .object({
    by: z
      .array(compared)
      .min(1, 'A rule compares something.')
      .max(mostTogether, `At most ${mostTogether} together.`)
      .describe(
        'All of these have to agree: `username`, `email`, `employeeIdentifier`, `mapped:PATH` (what the mapping of this attribute makes for the person), or `matchingAttributes` alone (any of the mapping table).',
      ),
    caseSensitive: z.boolean().default(false),
  })
  .refine(({ by }) => new Set(by).size === by.length, { message: 'Each is compared once.', path: ['by'] })
  .refine(({ by }) => by.length === 1 || !by.includes('matchingAttributes'), {
    message: 'The matching attributes of the mapping table are a rule of their own.',
    path: ['by'],
  });
export type MatchingRule = z.output<typeof matchingRuleSchema>;

/** What may be imported without a person confirming it. */
export const autoConfirmKinds = ['username_and_email', 'exact', 'new'] as const;
export type AutoConfirmKind = (typeof autoConfirmKinds)[number];

export const matchingSchema = z.object({
  rules: z
    .array(matchingRuleSchema)
    .min(1, 'There is at least one rule.')
    .max(mostRules, `At most ${mostRules} rules.`),
  stopAtFirst: z
    .boolean()
    .describe(
      'The first rule that finds somebody counts. Otherwise all do, and where they differ somebody has to choose.',
    ),
  partialOnNames: z
    .boolean()
    .describe('Whom no rule finds is looked for by first and last name; somebody has to choose.'),
  autoConfirm: z
    .array(z.enum(autoConfirmKinds))
    .max(3)
    .describe(
      'What is imported at once: `username_and_email` and `exact` matches of one person under the same name, `new` accounts. Never one that is inactive over there.',
    ),
});
export type Matching = z.output<typeof matchingSchema>;

export const defaultMatching: Matching = {
  rules: [
    { by: ['username'], caseSensitive: false },
    { by: ['email'], caseSensitive: false },
    { by: ['matchingAttributes'], caseSensitive: false },
  ],
  stopAtFirst: false,
  partialOnNames: true,
  autoConfirm: [],
};

export const reverseMappingSchema = z.object({
  attribute: takenAttributeSchema.describe(
    'Of the person: a property, or `customAttributes.NAME`, a custom attribute that is defined; its value has to be of its type.',
  ),
  kind: z.enum(['direct', 'constant', 'expression']),
  source: z
    .string()
    .min(1, 'Say what it is taken from.')
    .max(maxSourceLength)
    .describe('A SCIM path, the value itself, or an expression over the attributes of the account.'),
  onUpdate: z
    .boolean()
    .describe(
      'People who are there take it over, too, where `update` is chosen. Never a username or an e-mail address.',
    ),
});
export type ReverseMapping = z.output<typeof reverseMappingSchema>;

const taken = (attribute: ReverseMapping['attribute'], source: string): ReverseMapping => ({
  ...{ attribute, kind: 'direct', source },
  onUpdate: attribute !== 'username' && attribute !== 'email',
});

/** What people take of an account unless somebody says otherwise. */
export const defaultReverseMappings: readonly ReverseMapping[] = [
  taken('username', 'userName'),
  taken('email', 'emails.value'),
  taken('firstname', 'name.givenName'),
  taken('lastname', 'name.familyName'),
  taken('displayName', 'displayName'),
  taken('employeeIdentifier', `${enterpriseUserSchema}:employeeNumber`),
  taken('jobTitle', 'title'),
  taken('department', `${enterpriseUserSchema}:department`),
  taken('company', `${enterpriseUserSchema}:organization`),
  taken('costCenter', `${enterpriseUserSchema}:costCenter`),
  taken('phone', 'phoneNumbers.value'),
];

/** All properties, and as many custom attributes as a person can have. */
export const mostMappings = personAttributeNames.length + 50;

/** Attributes without which nobody can be created. */
export const neededAttributes = ['username', 'email', 'firstname', 'lastname'] as const;

export const importSettingsSchema = z.object({
  matching: matchingSchema,
  mappings: z.array(reverseMappingSchema).max(mostMappings),
  schedule: z.object(inputShape(scheduleSettings)),
});
export type ImportSettings = z.output<typeof importSettingsSchema>;
const { importTakes, ...schedule } = inputShape(scheduleSettings);
/** As they are told: what is stored holds, whatever rule was made since. */
export const toldImportSettingsSchema = importSettingsSchema.extend({
  schedule: z.object(answerShape(scheduleSettings)),
});

export const updateImportSettingsSchema = importSettingsSchema.extend({
  schedule: z
    .object({ ...schedule, importTakes: importTakes.optional() })
    .optional()
    .describe('Left out: as it is.'),
  applicationId: z.uuid(),
  version: z.number().int().positive(),
});
