import { emailsOf, text } from '../store/records';
import type { Profile, RuleContext } from './profile';

function check({ next }: RuleContext) {
  if (text(next.userName) === '') {
    return { status: 400 as const, scimType: 'invalidValue' as const, detail: 'Attribute userName is required' };
  }
  return undefined;
}

export const netskope: Profile = {
  id: 'netskope',
  name: 'Netskope',
  instanceWord: 'tenant',
  realHost: (tenant) => `${tenant}.goskope.com`,
  monogram: 'Ns',
  tagline: 'Security cloud',
  seedTenants: ['acme'],
  pages: {
    home: {
      label: 'Home',
      heading: 'Security posture',
      items: [
        ['Users protected', 'All with the client installed'],
        ['Alerts today', '0'],
        ['Policies', '14 enabled'],
      ],
    },
    sso: {
      path: '/settings/administration/sso',
      trail: ['Settings', 'Administration', 'SSO'],
      heading: 'SSO',
      intro: 'Enabling SSO affects everybody who uses this tenant: the regular log-in page no longer lets them in.',
    },
    dialog: { heading: 'SSO/SLO Settings', openLabel: 'EDIT SETTINGS', submitLabel: 'Submit' },
    saveLabel: 'Save',
    users: { label: 'Users', trail: ['Users'] },
    account: { details: 'Details', edit: 'Edit user' },
  },
  ssoFields: [
    { id: 'enabled', label: 'Enable SSO', kind: 'checkbox', initial: false, place: 'page' },
    { id: 'signRequests', label: 'Sign SSO Authentication Request', kind: 'checkbox', initial: false, place: 'page' },
    { id: 'loginUrl', label: 'IDP URL', kind: 'url', initial: '', required: true, place: 'dialog' },
    { id: 'entityId', label: 'IDP ENTITY ID', kind: 'text', initial: '', required: true, place: 'dialog' },
    {
      id: 'certificate',
      label: 'IDP CERTIFICATE',
      kind: 'certificate',
      initial: '',
      required: true,
      help: 'Paste the contents of certificate.pem, with or without the BEGIN and END lines.',
      place: 'dialog',
    },
    {
      id: 'logoutUrl',
      label: 'IDP SLO URL',
      kind: 'url',
      initial: '',
      help: 'Optional. Signing out here then signs out at the identity provider too.',
      place: 'dialog',
    },
  ],
  saml: {
    acsPath: '/nsauth/saml2/acs',
    metadataPath: '/nsauth/saml2/metadata',
    sloPath: '/nsauth/saml2/slo',
    entityId: (base) => base,
    enabled: (sso) => sso.enabled === true,
    signsRequests: (sso) => sso.signRequests === true,
    nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    idp: (sso) => ({
      loginUrl: text(sso.loginUrl),
      entityId: text(sso.entityId),
      certificate: text(sso.certificate),
      logoutUrl: text(sso.logoutUrl),
    }),
    match: (nameId, find) =>
      find.byUserName(nameId) ??
      find.byEmail(nameId) ?? {
        refusal: 'You are not authorized to access this tenant.',
        detail: `No user with the userName or e-mail "${nameId}" has been provisioned.`,
      },
    localSignIn: (_account, sso) => sso.enabled !== true,
  },
  scim: {
    endpoints: [
      {
        id: 'scim',
        path: (_tenant, tenantId) => `/SCIM/V2/${tenantId}`,
        tokens: {
          path: '/settings/tools/directory-tools',
          trail: ['Settings', 'Tools', 'Directory Tools'],
          tab: 'SCIM Integration',
          heading: 'SCIM Integration',
          intro: 'One token per identity provider. It is valid until it is revoked.',
          openLabel: 'Add Token',
          fieldLabel: 'Client Name',
          fieldMeans: 'name',
          submitLabel: 'Save',
          secretLabel: 'Secret (token)',
        },
      },
      {
        id: 'rest',
        path: () => '/api/v2/scim',
        tokens: {
          path: '/settings/tools/rest-api-v2',
          trail: ['Settings', 'Tools', 'REST API v2'],
          heading: 'REST API v2',
          intro: 'A token may use the endpoints that are checked when it is made. It is valid until it is revoked.',
          openLabel: 'New Token',
          fieldLabel: 'Token Name',
          fieldMeans: 'name',
          submitLabel: 'Save',
          secretLabel: 'Token',
          scopes: [
            { resource: 'Users', label: 'api/v2/scim/Users' },
            { resource: 'Groups', label: 'api/v2/scim/Groups' },
          ],
        },
      },
    ],
    maxPageSize: 200,
    bulk: true,
    extension: undefined,
    newUserId: (n) => `5f1c${n.toString(16).padStart(20, '0')}`,
    defaults: (next) => ({
      ...next,
      active: next.active ?? true,
      displayName: next.displayName ?? (emailsOf(next)[0] || text(next.userName)),
    }),
    check,
    texts: {
      unauthorized: 'Unauthorized: the token is missing, revoked, or not one for this endpoint',
      forbidden: (resource) => `Forbidden: the token may not use the endpoint api/v2/scim/${resource}`,
      duplicateUserName: (userName) => `userName ${userName} already exists in the tenant`,
      duplicateEmail: (email) => `email ${email} already exists in the tenant`,
      duplicateGroup: (name) => `Group ${name} already exists in the tenant`,
      unknownMember: (id) => `Member ${id} was not found in the tenant`,
    },
    uniqueEmail: false,
  },
  seed: {
    users: [
      seed('emma.larsen', 'Emma', 'Larsen', 'E-1005'),
      seed('chloe.dubois', 'Chloé', 'Dubois', undefined),
      seed('netskope.admin', 'Nora', 'Steiner', undefined, 'secops@acme.example'),
      seed('old.contractor', 'Owen', 'Carter', undefined, 'owen@contractor.example'),
    ],
    groups: [{ displayName: 'Engineering', members: ['emma.larsen', 'netskope.admin'] }],
  },
};

function seed(
  userName: string,
  givenName: string,
  familyName: string,
  externalId: string | undefined,
  email = `${userName}@acme.example`,
) {
  return {
    userName,
    givenName,
    familyName,
    email,
    attributes: { displayName: `${givenName} ${familyName}`, ...(externalId === undefined ? {} : { externalId }) },
  };
}
