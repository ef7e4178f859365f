import { z } from 'zod';
import { singleLine } from '@/lib/core/text';

/** Roles that a token can have: what people at the portal may do needs a person. */
export const tokenRoles = ['administrator', 'helpdesk'] as const;

/** Requests a minute that a token may send unless told otherwise. */
export const defaultRequestsPerMinute = 3_000;

/** A moment as a form (Date) or a script (RFC 3339) gives it. */
const moment = z.preprocess(
  (value) =>
    typeof value === 'string' && z.iso.datetime({ offset: true }).or(z.iso.date()).safeParse(value).success
      ? new Date(value)
      : value,
  z.date('Enter a moment such as 2027-01-31T12:00:00Z.').max(new Date('2200-01-01'), 'Before the year 2200, or never.'),
);

export const createTokenSchema = z.object({
  label: singleLine('Name')
    .min(1, 'Enter a name by which you will know it.')
    .max(100, 'At most 100 characters.')
    .describe('By which it is known in the console and in events.'),
  role: z
    .enum(tokenRoles, 'Choose what the token may do: administrator or helpdesk.')
    .describe('What it may do: what people of this role may.'),
  expiresAt: moment.nullable().default(null).describe('Null: it works until it is revoked.'),
  requestsPerMinute: z
    .number()
    .int('Whole requests.')
    .min(1, 'At least 1.')
    .max(1_000_000, 'At most 1,000,000.')
    .default(defaultRequestsPerMinute)
    .describe('Beyond, requests are answered with 429 and `Retry-After`.'),
});
export type CreateTokenInput = z.output<typeof createTokenSchema>;

export const tokenIdSchema = z.object({ id: z.uuid() });

/** `not_accepted`: while the person whose it is may not do as much. */
export const tokenStates = ['active', 'not_accepted', 'expired', 'revoked'] as const;
export type TokenState = (typeof tokenStates)[number];

const sorts = ['label', 'created', 'expires', 'used'] as const;
export type TokenSort = (typeof sorts)[number];

/** Filters of the list; all of them live in the URL, where nonsense counts as absent. */
export const tokenFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  state: z.enum(tokenStates).optional().catch(undefined),
  /** `-` before it: descending. */
  sort: z
    .enum([...sorts, ...sorts.map((name) => `-${name}` as const)])
    .optional()
    .catch(undefined),
  cursor: z.string().optional().catch(undefined),
});
export type TokenFilter = z.output<typeof tokenFilterSchema>;
