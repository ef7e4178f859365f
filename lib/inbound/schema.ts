import { z } from 'zod';
import { singleLine } from '@/lib/core/text';

/** Where another directory sends its requests, below the console's address. */
export const scimPrefix = '/scim/v2';

const uuid = z.uuid().toLowerCase();

export const sourceValuesSchema = z.object({
  name: singleLine('Name')
    .min(1, 'Enter a name by which you will know it.')
    .max(100, 'At most 100 characters.')
    .describe('By which it is known in the console and in events.'),
  takeOver: z
    .boolean()
    .default(false)
    .describe(
      'A person of the same username who is of no source, and a user only, becomes its own; otherwise it is refused.',
    ),
  mailActivation: z.boolean().default(false).describe('Whoever it creates is mailed an activation link.'),
  requestsPerMinute: z
    .number('Enter a number.')
    .int('Enter a whole number.')
    .min(1, 'At least 1.')
    .max(1_000_000, 'At most 1,000,000.')
    .default(3_000)
    .describe('Beyond, requests are answered with 429 and `Retry-After`.'),
});
export type SourceValues = z.output<typeof sourceValuesSchema>;

export const sourceIdSchema = z.object({ id: uuid });
export const updateSourceSchema = sourceValuesSchema.extend({ id: uuid, version: z.number().int().positive() });
/** `typed`: the source's name, by which a person confirms it; a script says which by its id. */
export const deleteSourceSchema = sourceIdSchema.extend({ typed: z.string().max(200).optional() });

/** A moment as a form (Date) or a script (RFC 3339) gives it. */
const moment = z.preprocess(
  (value) =>
    typeof value === 'string' && z.iso.datetime({ offset: true }).or(z.iso.date()).safeParse(value).success
      ? new Date(value)
      : value,
  z.date('Enter a moment such as 2027-01-31T12:00:00Z.').max(new Date('2200-01-01'), 'Before the year 2200, or never.'),
);

export const createSourceTokenSchema = z.object({
  sourceId: uuid,
  label: singleLine('Name')
    .min(1, 'Enter a name by which you will know it.')
    .max(100, 'At most 100 characters.')
    .describe('By which it is known in the console and in events.'),
  expiresAt: moment.nullable().default(null).describe('Null: it works until it is revoked.'),
});

/** `tokenId`: of this source. */
export const revokeSourceTokenSchema = z.object({ sourceId: uuid, tokenId: uuid });

export const sourceTokenStates = ['active', 'expired', 'revoked'] as const;
export type SourceTokenState = (typeof sourceTokenStates)[number];

/** Tokens of a source at most that are not revoked. */
export const mostTokens = 20;
