import { z } from 'zod';
import { ssoRefSchema } from '../schema';

/** What a request asked, as far as it could be read. Nothing of it is verified, and all of it is bounded. */
export const askedRequestSchema = z.object({
  binding: z.enum(['HTTP-Redirect', 'HTTP-POST']).optional(),
  xml: z.string().optional().describe('As it came, decoded; the first 16,384 characters.'),
  requestId: z.string().optional(),
  issuer: z.string().optional(),
  issueInstant: z.string().optional(),
  destination: z.string().optional(),
  acsUrl: z.string().optional(),
  acsIndex: z.number().int().optional(),
  protocolBinding: z.string().optional(),
  nameIdFormat: z.string().optional(),
  subject: z.string().optional(),
  contexts: z.array(z.string()).optional().describe('RequestedAuthnContext.'),
  forceAuthn: z.boolean().optional(),
  isPassive: z.boolean().optional(),
  signed: z.boolean().optional().describe('It bears a signature, be it good or not.'),
  certificate: z
    .string()
    .optional()
    .describe('PEM: stands in the request, and its key made the signature. Anybody can send such a request.'),
  relayStateBytes: z.number().int().optional().describe('How long its RelayState is; what it is, is not kept.'),
  path: z.string().optional().describe('Where no application is: the address that was asked for.'),
});
export type AskedRequest = z.infer<typeof askedRequestSchema>;

/** What mends a cause here, at once. */
export const signInFixes = [
  'add_acs_url',
  'add_certificate',
  'use_issuer',
  'use_name_id_format',
  'force_name_id_format',
  'ignore_authn_context',
  'widen_clock_skew',
  'allow_idp_initiated',
  'allow_network',
] as const;
export type SignInFix = (typeof signInFixes)[number];

/** As people read it, with its dash or without; what looks alike is read as it is meant. */
export const referenceSchema = z
  .string()
  .regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, 'A reference is two groups of four, such as 7K2M-4QXB')
  .describe('As it stands on the page that people saw, such as `7K2M-4QXB`.');

export const mendSignInSchema = ssoRefSchema.extend({
  reference: referenceSchema,
  fix: z.enum(signInFixes).describe('One of the `fixes` of the failed sign-in.'),
  version: z.number().int().min(1),
});

/** Where a page of the list begins. */
export const failedSignInsQuerySchema = z.object({ cursor: z.string().max(400).optional().catch(undefined) });
