import { emailsOf, isObject, type SsoSettings, text } from '../store/records';
import type { Profile, Refusal, RuleContext } from './profile';

export const egnyteUrn = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';

const userTypes = ['admin', 'power', 'standard'];
const authTypes = ['sso', 'ad', 'egnyte'];
const userNamePattern = /^[A-Za-z0-9._-]{2,100}$/;

function extension(data: Record<string, unknown> | undefined): Record<string, unknown> {
  const value = data?.[egnyteUrn];
  return isObject(value) ? value : {};
}

function refuse(detail: string, scimType: Refusal['scimType'] = 'invalidValue'): Refusal {
  return { status: 400, scimType, detail };
}

/** The first rule that an account breaks, in the order in which an administrator would meet them. */
function check({ next, previous }: RuleContext): Refusal | undefined {
  const userName = text(next.userName);
  const name = isObject(next.name) ? next.name : {};
  const custom = extension(next);
  const before = extension(previous);
  const missing = [
    ['userName', userName],
    ['name.givenName', text(name.givenName)],
    ['name.familyName', text(name.familyName)],
    ['emails', emailsOf(next)[0] ?? ''],
  ].flatMap(([field, value]) => (value === '' ? [field] : []));
  if (missing.length > 0) return refuse(`Mandatory field(s) missing: ${missing.join(', ')}`);

  const previousName = text(previous?.userName);
  if (previous && previousName !== userName && text(before.authType) !== 'egnyte') {
    return refuse(
      `Username of user ${previousName} cannot be changed: username changes are not supported with SAML/SSO`,
      'mutability',
    );
  }
  if (userName.includes('@')) {
    return refuse(`Username ${userName} is not valid: Egnyte does not support email-based usernames`);
  }
  if (!userNamePattern.test(userName)) {
    return refuse(
      `Username ${userName} is not valid: it may contain letters, digits, dots, hyphens and underscores only`,
    );
  }
  if (next.userType !== undefined && !userTypes.includes(text(next.userType))) {
    return refuse(`Invalid userType "${String(next.userType)}". Accepted values: admin, power, standard`);
  }
  if (custom.authType !== undefined && !authTypes.includes(text(custom.authType))) {
    return refuse(`Invalid authType "${String(custom.authType)}". Accepted values: sso, ad, egnyte`);
  }
  const externalIdBefore = text(previous?.externalId);
  if (externalIdBefore !== '' && externalIdBefore !== text(next.externalId)) {
    return refuse(`externalId of user ${userName} is immutable`, 'mutability');
  }
  if (custom.serviceAccount === true && previous === undefined) {
    if (custom.sendInvite !== false) return refuse('sendInvite must be false for a service account');
    if (text(next.password).length < 12) {
      return refuse('The password of a service account must have at least 12 characters');
    }
  }
  return undefined;
}

/** What Egnyte assumes on creation. An account taken over never comes through here: its IdP username stays unset. */
function defaults(next: Record<string, unknown>, sso: SsoSettings): Record<string, unknown> {
  const custom = extension(next);
  const authType = text(custom.authType) || 'sso';
  const mapped = sso.defaultUserMapping === 'email' ? (emailsOf(next)[0] ?? '') : text(next.userName);
  const idpUserId = text(custom.idpUserId) || (authType === 'sso' ? mapped : '');
  return {
    ...next,
    userType: next.userType ?? 'power',
    active: next.active ?? true,
    [egnyteUrn]: {
      ...custom,
      authType,
      sendInvite: custom.sendInvite ?? authType === 'egnyte',
      serviceAccount: custom.serviceAccount ?? false,
      ...(idpUserId === '' ? {} : { idpUserId }),
    },
  };
}

export const egnyte: Profile = {
  id: 'egnyte',
  name: 'Egnyte',
  instanceWord: 'domain',
  realHost: (tenant) => `${tenant}.egnyte.com`,
  monogram: 'Eg',
  tagline: 'Files and collaboration',
  seedTenants: ['acmeusw', 'acmeuse', 'acmeemea'],
  pages: {
    home: {
      label: 'Files',
      heading: 'Files',
      items: [
        ['Shared', 'Folder, 12 items'],
        ['Private', 'Folder, 3 items'],
        ['Welcome to Egnyte.pdf', '248 KB'],
      ],
    },
    sso: {
      path: '/settings/security',
      trail: ['Settings', 'Security & Authentication'],
      heading: 'Single Sign-On Authentication',
      intro:
        'Saving changes how everybody on this domain signs in. Keep one administrator with Egnyte authentication, so that somebody can still get in when the identity provider is down.',
    },
    saveLabel: 'Save',
    users: { label: 'Users & Groups', trail: ['Users & Groups'] },
    account: {
      details: 'Details',
      edit: 'Edit user profile',
      authentication: 'Authentication type',
      idpUsername: 'IdP username',
    },
  },
  ssoFields: [
    {
      id: 'mode',
      label: 'Single sign-on authentication',
      kind: 'select',
      options: [
        { value: 'none', label: 'None' },
        { value: 'saml2', label: 'SAML 2.0' },
      ],
      initial: 'none',
      place: 'page',
    },
    {
      id: 'provider',
      label: 'Identity provider',
      kind: 'select',
      options: [
        { value: 'generic', label: 'Generic HTTP Post' },
        { value: 'okta', label: 'Okta' },
        { value: 'azure', label: 'Azure AD' },
        { value: 'onelogin', label: 'OneLogin' },
        { value: 'ping', label: 'PingOne' },
      ],
      initial: 'generic',
      place: 'page',
    },
    { id: 'loginUrl', label: 'Identity provider login URL', kind: 'url', initial: '', required: true, place: 'page' },
    { id: 'entityId', label: 'Identity provider entity ID', kind: 'text', initial: '', required: true, place: 'page' },
    {
      id: 'certificate',
      label: 'Identity provider certificate',
      kind: 'certificate',
      initial: '',
      required: true,
      help: 'Paste the contents of certificate.pem, with or without the BEGIN and END lines.',
      place: 'page',
    },
    {
      id: 'apiKey',
      label: 'API key',
      kind: 'text',
      initial: '',
      help: 'Only for (S)FTP and WebDAV with passwords of the identity provider. Otherwise leave blank.',
      place: 'page',
    },
    {
      id: 'defaultUserMapping',
      label: 'Default user mapping',
      kind: 'select',
      options: [
        { value: 'username', label: 'Egnyte Username' },
        { value: 'email', label: 'Email address' },
      ],
      initial: 'username',
      help: 'What the IdP username of a new SSO user is set to.',
      place: 'page',
    },
    {
      id: 'domainIssuer',
      label: 'Use domain-specific Issuer value',
      kind: 'toggle',
      initial: false,
      help: 'The entity ID of this domain names the domain. Needed when several domains share one identity provider.',
      place: 'page',
    },
  ],
  saml: {
    acsPath: '/samlconsumer/AssertionConsumer',
    metadataPath: '/saml/metadata',
    sloPath: undefined,
    // The real service: https://saml-auth.egnyte.com for everybody, https://<domain>.egnyte.com with the toggle on.
    entityId: (base, origin, sso) => (sso.domainIssuer === true ? base : `${origin}/saml-auth/egnyte`),
    enabled: (sso) => sso.mode === 'saml2',
    signsRequests: () => false,
    nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    idp: (sso) => ({
      loginUrl: text(sso.loginUrl),
      entityId: text(sso.entityId),
      certificate: text(sso.certificate),
      logoutUrl: '',
    }),
    match: (nameId, find, sso) => {
      const account = find.byIdpUsername(nameId);
      if (account) {
        if (text(extension(account.data).authType) === 'sso') return account;
        return {
          refusal: 'Your account is not set up for single sign-on.',
          detail: `The Authentication type of ${text(account.data.userName)} is not Single sign-on. Change it in Users & Groups › Details › Edit user profile.`,
        };
      }
      const meant = sso.defaultUserMapping === 'email' ? find.byEmail(nameId) : find.byUserName(nameId);
      if (!meant) {
        return {
          refusal: 'We could not find an Egnyte account for you.',
          detail: `No user on this domain has the IdP username "${nameId}".`,
        };
      }
      const idpUsername = text(extension(meant.data).idpUserId);
      return {
        refusal: 'Your account is not set up for single sign-on.',
        detail:
          idpUsername === ''
            ? `The IdP username of ${text(meant.data.userName)} is not set. Set it to "${nameId}" in Users & Groups › Details › Edit user profile.`
            : `The IdP username of ${text(meant.data.userName)} is "${idpUsername}", but the identity provider sent "${nameId}".`,
      };
    },
    localSignIn: (account, sso) => sso.mode !== 'saml2' || text(extension(account.data).authType) === 'egnyte',
  },
  scim: {
    endpoints: [
      {
        id: 'scim',
        path: () => '/pubapi/scim/v2',
        tokens: {
          path: '/settings/api-key',
          trail: ['Settings', 'API key'],
          heading: 'Generate API key',
          intro: 'This portal generates a valid OAuth token for any Egnyte identity provider.',
          fieldLabel: 'Domain Name',
          fieldMeans: 'tenant',
          submitLabel: 'Get API Key',
          secretLabel: 'Secret (token)',
        },
      },
    ],
    maxPageSize: 100,
    bulk: false,
    extension: {
      urn: egnyteUrn,
      name: 'EgnyteUser',
      description: 'Egnyte user attributes',
      attributes: [
        { name: 'authType', type: 'string', description: 'Authentication type', canonicalValues: authTypes },
        { name: 'sendInvite', type: 'boolean', description: 'Send an invitation e-mail to a new user' },
        { name: 'serviceAccount', type: 'boolean', description: 'Is user a service account' },
        { name: 'idpUserId', type: 'string', description: 'IdP username' },
        { name: 'twoFactor', type: 'boolean', description: 'Two-factor authentication' },
        { name: 'emailChangeImmediate', type: 'boolean', description: 'Change the e-mail without confirmation' },
      ],
    },
    newUserId: (n) => String(10_000 + n),
    defaults,
    check,
    texts: {
      unauthorized: 'Invalid OAuth bearer token',
      duplicateUserName: (userName) => `User with username ${userName} already exists`,
      duplicateEmail: (email) => `User with email ${email} already exists`,
      duplicateGroup: (name) => `Group with name ${name} already exists`,
      unknownMember: (id) => `User with id ${id} does not exist`,
    },
    uniqueEmail: true,
  },
  seed: {
    users: [
      seed('ana.martinez', 'Ana', 'Martínez', 'power', 'egnyte'),
      seed('ben.okafor', 'Ben', 'Okafor', 'standard', 'sso'),
      seed('legacy.admin', 'Lena', 'Adler', 'admin', 'egnyte', 'it-admins@acme.example'),
      seed('jo.freelance', 'Jo', 'Freeman', 'standard', 'egnyte', 'jo@freelance.example'),
      seed('svc.scanner', 'Scan', 'Station', 'standard', 'egnyte', 'scanner@acme.example', { serviceAccount: true }),
      { ...seed('old.intern', 'Oskar', 'Intern', 'standard', 'egnyte'), active: false },
      seed('d.kim', 'Daniel', 'Kim', 'power', 'egnyte', 'dkim@acme-labs.example'),
      seed('priya.nair', 'Priya', 'Nair', 'power', 'egnyte'),
    ],
    groups: [{ displayName: 'Engineering', members: ['ana.martinez', 'ben.okafor', 'priya.nair', 'legacy.admin'] }],
    // Made by hand over there: each with somebody who is not in the directory.
    demoGroups: [
      { displayName: 'External reviewers', members: ['priya.nair', 'jo.freelance'] },
      { displayName: 'Legal hold', members: ['ana.martinez', 'ben.okafor', 'legacy.admin'] },
    ],
  },
};

function seed(
  userName: string,
  givenName: string,
  familyName: string,
  userType: string,
  authType: string,
  email = `${userName}@acme.example`,
  custom: Record<string, unknown> = {},
) {
  return {
    userName,
    givenName,
    familyName,
    email,
    attributes: {
      name: { givenName, familyName, formatted: `${givenName} ${familyName}` },
      userType,
      [egnyteUrn]: { authType, sendInvite: false, serviceAccount: false, ...custom },
    },
  };
}
