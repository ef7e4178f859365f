import { z } from 'zod';
import { addressOrNetworkSchema } from '@/lib/core/address-or-network';
import { cleanLine } from '@/lib/core/text';

/** Namespaces of the messages (SAML Core 1.2, XML Signature 1.1). */
export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  schema: 'http://www.w3.org/2001/XMLSchema',
  schemaInstance: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

/** Bindings (SAML Bindings 3.4, 3.5). */
export const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;

/** NameID formats (SAML Core 8.3) that a person can be given. */
export const nameIdFormats = {
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
} as const;

/** Formats that were offered once, though nothing here is such a name; read, for settings that still have them. */
const retiredNameIdFormats = {
  x509SubjectName: 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName',
  windowsDomainQualifiedName: 'urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName',
} as const;

/** Asks for a NameID that only the service provider can read (SAML Core 8.3, 3.4.1.1). */
export const encryptedNameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted';

/** Attribute name formats (SAML Core 8.2). */
export const attributeNameFormats = {
  basic: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
  uri: 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
  unspecified: 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified',
} as const;

/** Authentication context classes (SAML Authentication Context 3.4) of a password, weakest first. */
export const authnContextClasses = {
  unspecified: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  password: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  passwordProtectedTransport: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
} as const;

/** What is said of more than a password: classes of the standard, and of REFEDS and Microsoft, whom many go by. */
export const otherContextClasses = {
  refedsMfa: 'https://refeds.org/profile/mfa',
  microsoftMfa: 'http://schemas.microsoft.com/claims/multipleauthn',
  timeSyncToken: 'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken',
  x509: 'urn:oasis:names:tc:SAML:2.0:ac:classes:X509',
  kerberos: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos',
} as const;

/** How people sign in here. Only `password` happens so far; what is said of the others is agreed beforehand. */
export const signInMethods = ['password', 'second_factor', 'upstream'] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** How a service provider is sent LogoutRequests and LogoutResponses. */
export const logoutBindings = ['redirect', 'post'] as const;
export type LogoutBinding = (typeof logoutBindings)[number];

/** When a NameID says whose name it is (NameQualifier, SPNameQualifier; SAML Core 2.2.2). */
export const nameIdQualifierChoices = ['by_format', 'always', 'never'] as const;

/** Status codes (SAML Core 3.2.2.2). The first four are top-level, the others second-level. */
export const statusCodes = {
  success: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  requester: 'urn:oasis:names:tc:SAML:2.0:status:Requester',
  responder: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
  versionMismatch: 'urn:oasis:names:tc:SAML:2.0:status:VersionMismatch',
  authnFailed: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed',
  invalidNameIdPolicy: 'urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy',
  noAuthnContext: 'urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext',
  noPassive: 'urn:oasis:names:tc:SAML:2.0:status:NoPassive',
  partialLogout: 'urn:oasis:names:tc:SAML:2.0:status:PartialLogout',
  noSupportedIdp: 'urn:oasis:names:tc:SAML:2.0:status:NoSupportedIDP',
  requestDenied: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
  requestUnsupported: 'urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported',
  unknownPrincipal: 'urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal',
} as const;

/** A closed set of URNs, as the select of a form offers it. */
function oneOf<T extends string>(values: Record<string, T>) {
  return z.enum(Object.values(values) as [T, ...T[]]);
}

export const signatureAlgorithmSchema = z.enum(['rsa-sha256', 'rsa-sha384', 'rsa-sha512']);
export type SignatureAlgorithm = z.infer<typeof signatureAlgorithmSchema>;

/** Content encryption (XML Encryption 1.1, 5.2). CBC is not authenticated: for service providers that know no GCM. */
export const encryptionAlgorithmSchema = z.enum(['aes256-gcm', 'aes128-gcm', 'aes256-cbc', 'aes128-cbc']);
export type EncryptionAlgorithm = z.infer<typeof encryptionAlgorithmSchema>;

export const nameIdFormatSchema = oneOf({ ...nameIdFormats, ...retiredNameIdFormats });
export type NameIdFormat = z.infer<typeof nameIdFormatSchema>;

/** A class is a URI (SAML Core 2.7.2.2); which ones a service provider knows is its own matter. */
export const authnContextClassSchema = z
  .string()
  .min(1, 'Enter an authentication context class')
  .max(512, 'At most 512 characters')
  .regex(/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/, 'A class is a URI, such as https://refeds.org/profile/mfa');

/** A class that a request may name, and the way of signing in that satisfies it. */
const contextMappingSchema = z.object({
  requested: authnContextClassSchema,
  satisfiedBy: z.enum(signInMethods),
});

/** RelayState is opaque; SAML Bindings 3.4.3 says 80 bytes, the field sends deep links. In UTF-8 bytes. */
export const maxRelayStateBytes = 4096;

const relayStateSchema = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= maxRelayStateBytes, `At most ${maxRelayStateBytes} bytes`);

/** Entity IDs are URIs of at most 1024 characters (SAML Metadata 2.2.1); vendors also use plain names. */
export const entityIdSchema = z
  .string()
  .min(1, 'Enter the entity ID')
  .max(1024, 'At most 1024 characters')
  .regex(/^[\x21-\x7e]+$/, 'An entity ID has no spaces and no special characters');

/** True for an address that a browser can post to and that nothing can hide in: http(s), no user, no fragment. */
export function isWebUrl(text: string): boolean {
  // The parser of the platform forgives spaces and line breaks; an address that is compared octet by octet must not.
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && !text.includes('#');
}

/** Most that a clock may be off, in minutes: IDs of requests are remembered for that long, too. */
export const maxRequestSkewMinutes = 15;

/** ACS URLs of one service provider. */
export const maxAcsUrls = 100;

const webUrlSchema = z.string().max(2048).refine(isWebUrl, 'Enter a full address that starts with https://');

/** Networks that people may sign in from. */
export const maxAllowedNetworks = 50;
const allowedNetworksSchema = z
  .array(z.string().trim())
  .max(maxAllowedNetworks, `At most ${maxAllowedNetworks} networks`)
  // Said of the list: it is one field of the form.
  .superRefine((networks, context) => {
    const wrong = networks.find((network) => !addressOrNetworkSchema.safeParse(network).success);
    if (wrong === undefined) return;
    const message = `“${wrong.slice(0, 60)}” is no network. Write it like 192.0.2.0/24 or 2001:db8::/32`;
    context.addIssue({ code: 'custom', message });
  });

export const acsUrlSchema = z.object({
  url: webUrlSchema,
  /** AssertionConsumerServiceIndex: xs:unsignedShort. */
  index: z.number().int().min(0).max(65_535),
  isDefault: z.boolean(),
});
export type AcsUrl = z.infer<typeof acsUrlSchema>;

/** Where a value comes from: a property of the person, a fixed text, an expression, or the names of the groups. */
export const attributeStatementSchema = z.object({
  // Made one line rather than refused: settings that are stored are read by this, too.
  name: z.string().overwrite(cleanLine).min(1, 'Enter the attribute name').max(512),
  friendlyName: z.string().overwrite(cleanLine).max(512).optional(),
  nameFormat: oneOf(attributeNameFormats),
  sourceKind: z.enum(['property', 'constant', 'expression', 'groups']),
  /** Property name, fixed text, expression; for groups an include-filter (`*` as wildcard, empty for all). */
  source: z.string().max(4096),
  directGroups: z
    .boolean()
    .optional()
    .describe('Of user groups: only those that the person was put in, not those that these are nested in.'),
});
export type AttributeStatement = z.infer<typeof attributeStatementSchema>;

/** What is agreed with one service provider: the part of its SSO settings that the protocol needs. */
export const ssoSettingsSchema = z
  .object({
    spEntityId: entityIdSchema,
    /** Audience of the assertion, where the SP wants another than its entity ID. */
    audience: entityIdSchema.optional(),
    acsUrls: z.array(acsUrlSchema).min(1, 'Enter at least one ACS URL').max(maxAcsUrls),
    nameIdFormat: nameIdFormatSchema,
    /** True: answer in `nameIdFormat` whatever the request asks for. False: refuse a request for another one. */
    nameIdFormatForced: z.boolean(),
    signAssertion: z.boolean(),
    signResponse: z.boolean(),
    signatureAlgorithm: signatureAlgorithmSchema,
    requireSignedRequests: z.boolean(),
    /** PEM; several at once while the SP rolls over. */
    spCertificates: z.array(z.string().max(16_384)).max(10),
    /** Only the service provider can read the assertion, or who it is about (SAML Core 6). */
    encryptAssertion: z.boolean(),
    encryptNameId: z.boolean(),
    /** PEM; what is encrypted to. Not one of those that requests are verified with: `use` keeps them apart. */
    encryptionCertificate: z.string().max(16_384).optional(),
    encryptionAlgorithm: encryptionAlgorithmSchema,
    /** Class that a sign-in with a password claims, one with a second factor, and one at another identity provider. */
    authnContextClass: authnContextClassSchema,
    secondFactorContextClass: authnContextClassSchema,
    upstreamContextClass: authnContextClassSchema,
    /** What satisfies classes that are none of ours. */
    authnContextMapping: z
      .array(contextMappingSchema)
      .max(20, 'At most 20 classes')
      .superRefine((rows, context) => {
        for (const [position, { requested }] of rows.entries()) {
          if (rows.findIndex((row) => row.requested === requested) === position) continue;
          context.addIssue({ code: 'custom', path: [position, 'requested'], message: 'Listed twice' });
        }
      }),
    /** False: RequestedAuthnContext is answered or refused. True: ignored, for SPs that ask for what they do not need. */
    ignoreRequestedAuthnContext: z.boolean(),
    idpInitiated: z.boolean(),
    /** Where a sign-in may come from; empty: from anywhere. */
    allowedNetworks: allowedNetworksSchema,
    /** Minutes after which the password is to be given again; null: never while the session lives. */
    passwordMinutes: z
      .number('Enter whole minutes')
      .int()
      .min(1, 'From 1')
      .max(1_440, 'At most 1440, a day')
      .nullable(),
    defaultRelayState: relayStateSchema.optional(),
    attributeStatements: z.array(attributeStatementSchema).max(100),
    /** Every AttributeValue says that it is a string (xsi:type). */
    attributeValueTypes: z.boolean(),
    nameIdQualifiers: z.enum(nameIdQualifierChoices),
    /** SessionNotOnOrAfter: minutes after the answer until which the SP may keep its session. */
    sessionMinutes: z.number().int().min(5).max(43_200),
    /** Where the service provider takes LogoutRequests; absent: it takes no part in single logout. */
    logoutUrl: webUrlSchema.optional(),
    /** Where it takes LogoutResponses, where that is another address (ResponseLocation). */
    logoutResponseUrl: webUrlSchema.optional(),
    logoutBinding: z.enum(logoutBindings),
    /** LogoutRequests and LogoutResponses have to be signed, where there is a certificate to verify them with. */
    requireSignedLogout: z.boolean(),
    /** Minutes around the answer in which the assertion holds, for SPs whose clock is off. */
    notBeforeMinutes: z.number().int().min(0).max(60),
    notOnOrAfterMinutes: z.number().int().min(1).max(60),
    /** Minutes by which the IssueInstant of a request may be off, either way. */
    requestSkewMinutes: z.number().int().min(1).max(maxRequestSkewMinutes),
    /** IdP metadata: hours for which it may be kept, and days for which it holds; 0 days: as long as its certificates. */
    metadataCacheHours: z.number().int().min(1).max(720),
    metadataValidDays: z.number().int().min(0).max(365),
  })
  .superRefine((settings, context) => {
    const complain = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (!settings.signAssertion && !settings.signResponse) {
      complain(['signAssertion'], 'Sign the assertion, the response, or both');
    }
    if ((settings.encryptAssertion || settings.encryptNameId) && settings.encryptionCertificate === undefined) {
      complain(['encryptionCertificate'], 'Encrypting needs the encryption certificate of the service provider.');
    }
    for (const [position, acs] of settings.acsUrls.entries()) {
      const earlier = settings.acsUrls.slice(0, position);
      if (earlier.some((other) => other.url === acs.url)) complain(['acsUrls', position, 'url'], 'Listed twice');
      if (earlier.some((other) => other.index === acs.index)) complain(['acsUrls', position, 'index'], 'Index in use');
      if (acs.isDefault && earlier.some((other) => other.isDefault)) {
        complain(['acsUrls', position, 'isDefault'], 'Only one ACS URL can be the default');
      }
    }
  });
export type SsoSettings = z.infer<typeof ssoSettingsSchema>;

/** What a new application starts with; the entity ID and the ACS URLs are the SP's to say. */
export const ssoSettingsDefaults = {
  nameIdFormat: nameIdFormats.unspecified,
  nameIdFormatForced: false,
  signAssertion: true,
  signResponse: false,
  signatureAlgorithm: 'rsa-sha256',
  requireSignedRequests: false,
  spCertificates: [],
  encryptAssertion: false,
  encryptNameId: false,
  encryptionAlgorithm: 'aes256-gcm',
  authnContextClass: authnContextClasses.passwordProtectedTransport,
  secondFactorContextClass: otherContextClasses.refedsMfa,
  upstreamContextClass: authnContextClasses.unspecified,
  authnContextMapping: [],
  ignoreRequestedAuthnContext: false,
  idpInitiated: true,
  allowedNetworks: [],
  passwordMinutes: null,
  attributeStatements: [],
  attributeValueTypes: false,
  nameIdQualifiers: 'by_format',
  sessionMinutes: 480,
  logoutBinding: 'redirect',
  requireSignedLogout: true,
  notBeforeMinutes: 5,
  notOnOrAfterMinutes: 5,
  requestSkewMinutes: 5,
  metadataCacheHours: 24,
  metadataValidDays: 0,
} as const satisfies Partial<SsoSettings>;
