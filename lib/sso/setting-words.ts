import type { SsoDraft } from '@/lib/applications/schema';

interface Words {
  /** As the form and the comparison with what somebody else saved call it. */
  label: string;
  help?: string;
}

/** The SSO settings in words: for the form, for docs/settings.md, and for whoever is told what somebody else saved. */
export const ssoSettingWords = {
  spEntityId: { label: 'SP Entity ID', help: 'Requests have to come from it.' },
  audience: { label: 'Audience', help: 'Empty: the SP Entity ID.' },
  acsUrls: { label: 'ACS URLs', help: 'Responses go to one of these and nowhere else.' },
  loginUrl: { label: 'Login URL', help: 'Where people start at the service provider.' },
  nameIdFormat: { label: 'NameID format' },
  nameIdFormatForced: {
    label: 'Always answer in this format',
    help: 'Off: a request for another format is refused, as SAML says.',
  },
  nameIdSource: { label: 'NameID source', help: 'The application username agrees with SCIM userName.' },
  legacyNameId: {
    label: 'NameID as before',
    help: 'Set up before the format decided what NameID is. Can only be ended.',
  },
  nameIdQualifiers: {
    label: 'NameID qualifiers',
    help: 'Whether NameID says whose name it is: NameQualifier is the IdP Entity ID, SPNameQualifier the SP Entity ID.',
  },
  signAssertion: { label: 'Sign assertion' },
  signResponse: { label: 'Sign response' },
  signatureAlgorithm: { label: 'Signature algorithm' },
  requireSignedRequests: {
    label: 'Require signed AuthnRequests',
    help: 'Unsigned requests are refused. Needs a certificate of the service provider.',
  },
  encryptAssertion: { label: 'Encrypt the assertion', help: 'It is signed first, then encrypted as a whole.' },
  encryptNameId: { label: 'Encrypt the NameID', help: 'Only who the person is, inside the assertion.' },
  encryptionCertificate: { label: 'Encryption certificate' },
  encryptionAlgorithm: { label: 'Encryption algorithm' },
  authnContextClass: { label: 'With a password', help: 'The class that an assertion states.' },
  secondFactorContextClass: {
    label: 'With a second factor',
    help: 'Stated once people sign in with a second factor; today nobody does.',
  },
  upstreamContextClass: {
    label: 'At another identity provider',
    help: 'Stated once people sign in upstream; today nobody does.',
  },
  authnContextMapping: {
    label: 'Requested classes',
    help: 'What satisfies a class that none of the above is: a request for it is answered with it.',
  },
  ignoreRequestedAuthnContext: {
    label: 'Ignore RequestedAuthnContext',
    help: 'For service providers that ask for a sign-in method that they do not need.',
  },
  idpInitiated: {
    label: 'Allow IdP-initiated sign-in',
    help: 'Off: the tile leads to the Login URL, and the service provider starts.',
  },
  allowedNetworks: {
    label: 'Networks allowed',
    help: 'Only from these can people sign in to the application: IPv4 and IPv6, at most 50. Empty: from anywhere.',
  },
  passwordMinutes: {
    label: 'Password again after, minutes',
    help: 'Who gave it longer ago is asked for it before the application is opened. 1 to 1440; empty: never while the session here lives.',
  },
  defaultRelayState: {
    label: 'Default RelayState',
    help: 'Sent when people start from the user portal. A link brings its own as ?RelayState= behind the IdP URL.',
  },
  attributeStatements: { label: 'Attributes', help: 'What the assertion says of the person besides the NameID.' },
  attributeValueTypes: {
    label: 'Say the type of attribute values',
    help: 'xsi:type="xs:string" on each, for service providers that want to be told.',
  },
  sessionMinutes: {
    label: 'Session length in minutes',
    help: 'For how long the service provider may keep its session, and never beyond the session here (SessionNotOnOrAfter).',
  },
  logoutUrl: {
    label: 'Single logout URL',
    help: 'Where the service provider takes LogoutRequests. Empty: it takes no part in single logout.',
  },
  logoutResponseUrl: {
    label: 'Logout response URL',
    help: 'Where it takes LogoutResponses. Empty: at the single logout URL.',
  },
  logoutBinding: { label: 'Logout binding', help: 'How the browser carries logout messages there.' },
  requireSignedLogout: {
    label: 'Require signed logout messages',
    help: 'Where there is a certificate of the service provider. An unsigned LogoutRequest ends a session only in the browser that has it, and has to name its SessionIndex.',
  },
  notBeforeMinutes: {
    label: 'Valid from, minutes before',
    help: 'For a service provider whose clock is behind (NotBefore).',
  },
  notOnOrAfterMinutes: {
    label: 'Valid until, minutes after',
    help: 'In which the assertion has to be used (NotOnOrAfter).',
  },
  requestSkewMinutes: {
    label: 'Requests may be off by, minutes',
    help: 'A request that was issued further from now, either way, is refused.',
  },
  metadataCacheHours: {
    label: 'IdP metadata is kept for, hours',
    help: 'Service providers read it again after that (cacheDuration).',
  },
  metadataValidDays: {
    label: 'IdP metadata holds for, days',
    help: '0: as long as its certificates. Otherwise a copy that nobody renews is refused after that (validUntil).',
  },
} as const satisfies Record<keyof SsoDraft, Words>;
