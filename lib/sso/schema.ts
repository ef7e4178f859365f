import { z } from 'zod';
import { placeholderValuesSchema, ssoDraftSchema } from '@/lib/applications/schema';

/** What the SSO tab holds. */
export const ssoValuesSchema = z.object({
  /** Empty: the SSO IdP URL. */
  idpEntityId: z
    .string()
    .trim()
    .max(1024, 'At most 1024 characters')
    .regex(/^[\x21-\x7e]*$/, 'An entity ID has no spaces and no special characters'),
  placeholders: placeholderValuesSchema,
  settings: ssoDraftSchema,
  /** PEM texts; the whole set. */
  spCertificates: z.array(z.string().max(16_384)).max(10, 'At most 10 certificates'),
  /**
   * `keep`: an active application stays active, one that was never configured becomes active once it is complete, and
   * one that was deactivated stays so.
   */
  activation: z.enum(['keep', 'activate', 'deactivate']),
});
export type SsoValues = z.infer<typeof ssoValuesSchema>;

/** Settings of which some are given. Not `partial()`: that would fill in what a new application starts with. */
const someSettingsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(ssoDraftSchema.shape).map(([name, field]) => [name, field.unwrap().optional()]),
  ) as {
    [Name in keyof typeof ssoDraftSchema.shape]: z.ZodOptional<
      ReturnType<(typeof ssoDraftSchema.shape)[Name]['unwrap']>
    >;
  },
);

const { idpEntityId, spCertificates, activation } = ssoValuesSchema.shape;
/** Changes of the SSO tab: what is not given stays. */
export const ssoChangesSchema = z.object({
  idpEntityId: idpEntityId.optional().describe('Empty: the SSO IdP URL.'),
  placeholders: placeholderValuesSchema.optional().describe('Those to change; an empty text takes a value away.'),
  settings: someSettingsSchema.optional().describe('Those to change; a list is replaced as a whole.'),
  spCertificates: spCertificates.optional().describe('PEM texts; the whole set.'),
  activation: activation
    .optional()
    .describe(
      '`keep` (as if it were absent): an active application stays active, one that was never configured becomes active once it is complete.',
    ),
});
export type SsoChanges = z.infer<typeof ssoChangesSchema>;

export const ssoRefSchema = z.object({ applicationId: z.uuid() });
/** A key pair to sign with next: generated where none is given. PEM, unencrypted; the certificate's issuers may follow it. */
export const announceIdpKeySchema = ssoRefSchema.extend({
  certificate: z.string().max(65_536, 'At most 64 KiB').default('').describe('PEM; with its chain, where it has one.'),
  privateKey: z
    .string()
    .max(16_384, 'At most 16 KiB')
    .default('')
    .describe('PEM, without a passphrase. Never shown again.'),
});
export const idpKeyRefSchema = ssoRefSchema.extend({ keyId: z.uuid().toLowerCase() });

/** `version` of the SSO settings, as they were loaded. */
const versionedRef = { ...ssoRefSchema.shape, version: z.number().int().min(1) };
export const updateSsoSchema = ssoChangesSchema.extend(versionedRef);

/** Why SSO cannot be active: a field and what is wrong with it. */
export interface SsoProblem {
  code: 'unresolved_placeholder' | 'invalid_input';
  /** Dot path into {@link SsoValues}. */
  field: string;
  message: string;
}

/** SP metadata as pasted or uploaded: 1 MiB at most. */
export const spMetadataSchema = z.object({
  // What base64 makes of 1 MiB.
  xml: z.string().min(1, 'Paste the metadata').max(1_398_104, 'At most 1 MiB'),
  encoding: z
    .enum(['text', 'base64'])
    .default('text')
    .describe('`base64`: `xml` is the document as it is, in base64; for documents that are not UTF-8.'),
  entityId: z
    .string()
    .max(1024)
    .optional()
    .describe('Which service provider is meant, where the document describes several.'),
});
export type SpMetadataInput = z.input<typeof spMetadataSchema>;
export const applySpMetadataSchema = spMetadataSchema.extend(versionedRef);

/** Where the metadata of a service provider is read from. */
export const setSpMetadataSourceSchema = ssoRefSchema.extend({
  url: z
    .string()
    .trim()
    .min(1, 'Enter the address')
    .max(2048, 'At most 2,048 characters')
    .describe('Read at once, and again by itself: after what it says of itself, between an hour and a week.'),
  entityId: z
    .string()
    .trim()
    .max(1024, 'At most 1024 characters')
    .default('')
    .describe('Which service provider is meant, where the document describes several.'),
  certificate: z
    .string()
    .max(16_384, 'At most 16 KiB')
    .default('')
    .describe('PEM: the document has to be signed with its key. Empty: it need not be signed.'),
});
/** What was looked at, so that nothing else is decided on. */
export const heldMetadataSchema = ssoRefSchema.extend({
  held: z.string().min(1).max(128).describe('`held.id` as it was shown.'),
});

/** One SP certificate as pasted. */
export const spCertificateSchema = z.object({
  certificate: z.string().min(1, 'Paste the certificate').max(16_384),
  use: z
    .enum(['signing', 'encryption'])
    .default('signing')
    .describe('What for: requests are verified with it, or assertions encrypted to it.'),
});
