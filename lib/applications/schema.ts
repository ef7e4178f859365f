import { z } from 'zod';
import { creationShape, inputShape } from '@/lib/core/setting';
import { plainName, singleLine } from '@/lib/core/text';
import { attributeMappingSchema, objectTypeSchema, targetAttributeSchema } from '@/lib/mappings/schema';
import {
  attributeNameFormats,
  attributeStatementSchema,
  isWebUrl,
  maxAcsUrls,
  maxRelayStateBytes,
  nameIdFormatSchema,
  nameIdFormats,
  ssoSettingsDefaults,
  ssoSettingsSchema,
} from '@/lib/saml/schema';
import { generalSettings } from './settings';

/** The last part of the SSO IdP URL. */
export const slugSchema = z
  .string()
  .trim()
  .min(2, 'At least 2 characters')
  .max(63, 'At most 63 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'Lower case letters, digits and single hyphens, such as egnyte-us-west');

/** What the SSO IdP URL ends in when nothing is typed: `Egnyte US West` → `egnyte-us-west`. Empty for a label without letters. */
export function slugFromLabel(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 56)
    .replace(/^-+|-+$/g, '');
}

const bookmarkUrlSchema = z
  .string()
  .trim()
  .max(2048)
  .refine(
    (text) => /^https?:\/\/[^\s\p{C}]+$/iu.test(text) && URL.canParse(text),
    'Enter a full address that starts with https://',
  );

/** Values of the template's placeholders; an empty text takes the value away. */
export const placeholderValuesSchema = z.record(z.string().max(64), z.string().trim().max(512));
export type PlaceholderValues = z.infer<typeof placeholderValuesSchema>;

export const createApplicationSchema = z.object({
  templateId: z.string().min(1, 'Select an application').max(100).describe('Out of the catalogue.'),
  ...creationShape(generalSettings),
  displayLabel: inputShape(generalSettings).displayLabel,
  logoColor: generalSettings.logoColor.schema.optional().describe("Absent: the template's."),
  placeholders: placeholderValuesSchema.default({}).describe("Values of the template's placeholders, by name."),
  bookmarkUrl: bookmarkUrlSchema.optional().describe('Only for bookmarks.'),
  slug: slugSchema.optional().describe('The last part of the SSO IdP URL. Absent: made from the display label.'),
});
export type CreateApplicationInput = z.input<typeof createApplicationSchema>;

/** How an application that is copied of another one is to differ. */
const copied = {
  displayLabel: inputShape(generalSettings).displayLabel,
  slug: slugSchema.optional().describe('The last part of the SSO IdP URL. Absent: made from the display label.'),
  placeholders: placeholderValuesSchema
    .default({})
    .describe('Values of placeholders that are to be others; what is not said is as it is there.'),
};
export const duplicateApplicationSchema = z.object({
  id: z.uuid(),
  ...copied,
  associations: z
    .boolean()
    .default(false)
    .describe(
      'Whether user groups and directly assigned people are copied as well: they have access once SSO is active.',
    ),
});
export const copyOfApplicationSchema = z.object({ applicationId: z.uuid(), ...copied });

const version = z.number().int().min(1);

export const updateApplicationSchema = z.object({ id: z.uuid(), version, ...inputShape(generalSettings) });
export type UpdateApplicationInput = z.infer<typeof updateApplicationSchema>;

/** `usernameFormat` is one of lib/mappings/username-format.ts, or an expression. */
export const usernameFormatSchema = z.object({
  applicationId: z.uuid(),
  version,
  usernameFormat: z.string().trim().min(1, 'Select a format').max(2000),
});

export const saveBookmarkSchema = z.object({
  id: z.uuid(),
  version,
  bookmarkUrl: bookmarkUrlSchema,
  activation: z
    .enum(['keep', 'activate', 'deactivate'])
    .default('keep')
    .describe('Saved along: a bookmark that is not active has no tile.'),
});
export type SaveBookmarkInput = z.infer<typeof saveBookmarkSchema>;

export const deleteApplicationSchema = z.object({ id: z.uuid() });
export const deleteApplicationsSchema = z.object({
  ids: z.array(z.uuid()).min(1, 'Select at least one application').max(500),
  /** The number of applications, as typed. */
  typedCount: z.string().trim(),
});

const id = z.uuid();
const ids = z.array(id).max(500).default([]);
export const associationsOfApplicationSchema = z.object({ applicationId: id, add: ids, remove: ids });
export const associationSchema = z.object({ applicationId: id, groupId: id });
export const associationsOfGroupSchema = z.object({ groupId: id, add: ids, remove: ids });
export const assignmentSchema = z.object({ applicationId: id, userId: id });
const typedUsername = plainName('Username')
  .min(1, 'Enter a username')
  .max(256)
  .regex(/^(?! )(?:[^\s]| (?! ))*$/, 'A username has no double spaces, and no spaces but plain ones.');
export const assignUserSchema = assignmentSchema.extend({
  applicationUsername: typedUsername.optional().describe('Typed for this one person. Absent: it is left as it is.'),
});
export const applicationUsernameSchema = assignmentSchema.extend({
  /** Null: by the application's format again. */
  applicationUsername: typedUsername.nullable(),
});

/** What is wrong with a username by itself, in words; undefined: nothing. */
export function usernameTextProblem(text: string): string | undefined {
  return typedUsername.safeParse(text).error?.issues[0]?.message;
}

/** People whose application usernames are typed at once, and characters of a file with them. */
export const maxTypedUsernames = 2_000;
export const maxUsernameFile = 512 * 1024;

/** Usernames as somebody wants them typed, before anything was looked at: whatever stands in a file is told of row by row. */
export const wantedUsernamesSchema = z.object({
  applicationId: id,
  usernames: z
    .array(
      z.object({
        person: z.string().max(512).describe('E-mail address or username of the person.'),
        applicationUsername: z.string().max(512).nullable().describe('Null or empty: by the format again.'),
      }),
    )
    .min(1, 'There is no row in it')
    .max(maxTypedUsernames, `At most ${maxTypedUsernames.toLocaleString('en')} rows`),
});
export type WantedUsernameRow = z.infer<typeof wantedUsernamesSchema>['usernames'][number];

export const reviewedUsernamesSchema = z.object({
  applicationId: id,
  usernames: z
    .array(
      applicationUsernameSchema.omit({ applicationId: true }).extend({
        was: z
          .string()
          .max(256)
          .nullable()
          .describe(
            'The one that was typed when it was reviewed; null: none was. Where it is another one by now, nothing is saved.',
          ),
      }),
    )
    .min(1, 'Choose at least one person')
    .max(maxTypedUsernames, `At most ${maxTypedUsernames.toLocaleString('en')} people`)
    .refine((rows) => new Set(rows.map(({ userId }) => userId)).size === rows.length, 'A person stands in it twice'),
});
export type ReviewedUsername = z.infer<typeof reviewedUsernamesSchema>['usernames'][number];

/** A row of the mapping table as it is edited; its place is its position, its id may be one that the browser made up. */
export const mappingDraftSchema = attributeMappingSchema.omit({ objectType: true, position: true }).extend({
  id: z.string().min(1).max(64),
  target: z.string().trim().min(1, 'Enter a SCIM attribute').max(512),
  matchingPrecedence: z.number().int().min(1).max(1000, 'At most 1000').nullable(),
});
export type MappingDraft = z.infer<typeof mappingDraftSchema>;

/** A row as a script writes it: what is left out is as it is in most rows. */
export const mappingRowSchema = mappingDraftSchema.extend({
  id: mappingDraftSchema.shape.id.optional().describe('Of a row that is there, to keep it; absent: a new one.'),
  apply: mappingDraftSchema.shape.apply.default('always'),
  matchingPrecedence: mappingDraftSchema.shape.matchingPrecedence.default(null),
  defaultValue: mappingDraftSchema.shape.defaultValue.default(null),
  required: mappingDraftSchema.shape.required.default(false),
});

const mappingTable = { applicationId: id, version, objectType: objectTypeSchema };
/** `version` is the application's. */
export const updateMappingsSchema = z.object({ ...mappingTable, mappings: z.array(mappingRowSchema).max(200) });
export const resetMappingsSchema = z.object(mappingTable);
export const revertMappingsSchema = z.object({
  ...mappingTable,
  revision: z.number().int().min(1).describe('Of those that the history of the table lists: the version that made it.'),
});

/** Attributes that administrators can add to one list. */
export const maxOwnAttributes = 200;

/** An attribute as it is typed. */
export const ownAttributeSchema = targetAttributeSchema.extend({
  path: z.string().trim().min(1, 'Enter a SCIM attribute').max(512),
  canonicalValues: z
    .array(singleLine('Value').min(1, 'Enter a value').max(256))
    .max(100, 'At most 100 values')
    .optional()
    .describe('The only values that it takes. Absent or empty: any.'),
});
export type OwnAttribute = z.infer<typeof ownAttributeSchema>;

/** `version` is the application's. */
export const setTargetAttributesSchema = z.object({
  ...mappingTable,
  attributes: z.array(ownAttributeSchema).max(maxOwnAttributes, `At most ${maxOwnAttributes} attributes`),
});

const relayState = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= maxRelayStateBytes, `At most ${maxRelayStateBytes} bytes`);

/** Where NameID comes from. */
const nameIdSourceSchema = z.object({
  kind: z.enum(['property', 'expression']),
  source: z.string().trim().min(1, 'Choose what NameID is made from').max(4096),
});

/**
 * An address as it is typed: empty, or a web address in which placeholders may stand ({SUBDOMAIN}), even for all of it.
 * What it comes to is checked again with their values.
 */
const draftUrl = z
  .string()
  .trim()
  .max(2048)
  .refine((text) => {
    const filled = text.replace(/^\{[A-Za-z]\w*\}/, 'https://placeholder.example').replace(/\{[A-Za-z]\w*\}/g, 'x');
    return text === '' || isWebUrl(filled);
  }, 'Enter a full address that starts with https://');

/** An entity ID as it is typed: empty, or with placeholders. */
const draftEntityId = z
  .string()
  .trim()
  .max(1024, 'At most 1024 characters')
  .regex(/^[\x21-\x7e]*$/, 'An entity ID has no spaces and no special characters');

/**
 * SSO settings as they are typed and stored: incomplete while being filled in, and with placeholders in the SP's
 * addresses. lib/sso resolves them and validates the outcome by lib/saml/schema.ts before anybody signs in with it.
 */
export const ssoDraftSchema = z.object({
  spEntityId: draftEntityId.default(''),
  audience: draftEntityId.default(''),
  acsUrls: z
    .array(
      z.object({
        url: draftUrl,
        index: z.number().int().min(0).max(65_535),
        isDefault: z.boolean(),
      }),
    )
    .max(maxAcsUrls, `At most ${maxAcsUrls} ACS URLs`)
    .default([]),
  /** Where a person starts at the SP; shown in the guide only. */
  loginUrl: draftUrl.default(''),
  nameIdFormat: nameIdFormatSchema.default(nameIdFormats.unspecified),
  nameIdFormatForced: z.boolean().default(ssoSettingsDefaults.nameIdFormatForced),
  nameIdSource: nameIdSourceSchema.default({ kind: 'property', source: 'applicationUsername' }),
  /** NameID is made of its source whatever the format, as it was before formats had a meaning; can only be ended. */
  legacyNameId: z.boolean().default(false),
  signAssertion: z.boolean().default(ssoSettingsDefaults.signAssertion),
  signResponse: z.boolean().default(ssoSettingsDefaults.signResponse),
  signatureAlgorithm: ssoSettingsSchema.shape.signatureAlgorithm.default(ssoSettingsDefaults.signatureAlgorithm),
  requireSignedRequests: z.boolean().default(ssoSettingsDefaults.requireSignedRequests),
  encryptAssertion: z.boolean().default(ssoSettingsDefaults.encryptAssertion),
  encryptNameId: z.boolean().default(ssoSettingsDefaults.encryptNameId),
  /** PEM; empty: none. */
  encryptionCertificate: z.string().max(16_384).default(''),
  encryptionAlgorithm: ssoSettingsSchema.shape.encryptionAlgorithm.default(ssoSettingsDefaults.encryptionAlgorithm),
  authnContextClass: ssoSettingsSchema.shape.authnContextClass.default(ssoSettingsDefaults.authnContextClass),
  secondFactorContextClass: ssoSettingsSchema.shape.secondFactorContextClass.default(
    ssoSettingsDefaults.secondFactorContextClass,
  ),
  upstreamContextClass: ssoSettingsSchema.shape.upstreamContextClass.default(ssoSettingsDefaults.upstreamContextClass),
  authnContextMapping: ssoSettingsSchema.shape.authnContextMapping.default([]),
  ignoreRequestedAuthnContext: z.boolean().default(ssoSettingsDefaults.ignoreRequestedAuthnContext),
  idpInitiated: z.boolean().default(ssoSettingsDefaults.idpInitiated),
  /** IPv4 and IPv6 networks in CIDR notation; empty: anywhere. */
  allowedNetworks: ssoSettingsSchema.shape.allowedNetworks.default([]),
  passwordMinutes: ssoSettingsSchema.shape.passwordMinutes.default(ssoSettingsDefaults.passwordMinutes),
  defaultRelayState: relayState.default(''),
  attributeStatements: z
    .array(
      attributeStatementSchema.extend({
        nameFormat: attributeStatementSchema.shape.nameFormat.default(attributeNameFormats.unspecified),
      }),
    )
    .max(100)
    .default([]),
  attributeValueTypes: z.boolean().default(ssoSettingsDefaults.attributeValueTypes),
  nameIdQualifiers: ssoSettingsSchema.shape.nameIdQualifiers.default(ssoSettingsDefaults.nameIdQualifiers),
  sessionMinutes: ssoSettingsSchema.shape.sessionMinutes.default(ssoSettingsDefaults.sessionMinutes),
  /** Where the service provider takes LogoutRequests; empty: it takes no part in single logout. */
  logoutUrl: draftUrl.default(''),
  /** Where it takes LogoutResponses; empty: at the same address. */
  logoutResponseUrl: draftUrl.default(''),
  logoutBinding: ssoSettingsSchema.shape.logoutBinding.default(ssoSettingsDefaults.logoutBinding),
  requireSignedLogout: z.boolean().default(ssoSettingsDefaults.requireSignedLogout),
  notBeforeMinutes: ssoSettingsSchema.shape.notBeforeMinutes.default(ssoSettingsDefaults.notBeforeMinutes),
  notOnOrAfterMinutes: ssoSettingsSchema.shape.notOnOrAfterMinutes.default(ssoSettingsDefaults.notOnOrAfterMinutes),
  requestSkewMinutes: ssoSettingsSchema.shape.requestSkewMinutes.default(ssoSettingsDefaults.requestSkewMinutes),
  metadataCacheHours: ssoSettingsSchema.shape.metadataCacheHours.default(ssoSettingsDefaults.metadataCacheHours),
  metadataValidDays: ssoSettingsSchema.shape.metadataValidDays.default(ssoSettingsDefaults.metadataValidDays),
});
export type SsoDraft = z.infer<typeof ssoDraftSchema>;

const storedText = z.string().default('');
/** SSO settings as they are stored: what was saved before a rule was made can still be read, and mended. */
export const storedSsoSchema = ssoDraftSchema.extend({
  spEntityId: storedText,
  audience: storedText,
  acsUrls: z.array(ssoDraftSchema.shape.acsUrls.unwrap().element.extend({ url: z.string() })).default([]),
  loginUrl: storedText,
  logoutUrl: storedText,
  logoutResponseUrl: storedText,
});
