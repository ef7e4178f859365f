/**
 * Every address of the console, in one place: what a page is called and which filters it has is asked here, so that a link
 * that leads nowhere is a type error. The queries are those that the pages parse; lists are joined by commas.
 */

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** As `useUrlState` writes it: nothing for what is empty, commas as they are. */
function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = typeof value === 'string' ? value : (value?.join(',') ?? '');
    if (text) params.set(name, text);
  }
  return params.size > 0 ? `${path}?${params.toString().replaceAll('%2C', ',')}` : path;
}

// A type and not an interface: only then is a name that no page knows refused, and the rest a query.
type AssignmentsQuery = {
  q?: string | undefined;
  state?: readonly string[] | undefined;
  names?: 'shared' | undefined;
  drift?: 'left' | undefined;
};

type OnDemandQuery = { person?: string | undefined; group?: string | undefined; attempt?: string | undefined };

type EventsQuery = {
  q?: string | undefined;
  target?: string | undefined;
  cycle?: string | undefined;
};

/** The tabs of an application. */
export type ApplicationTab =
  | 'general'
  | 'sso'
  | 'bookmark'
  | 'groups'
  | 'assignments'
  | 'identity-management'
  | 'mappings'
  | 'provisioning'
  | 'import'
  | 'events';

/** The parts of the Identity Management tab; the first is what the tab opens with. */
export type IdentityManagementPart = 'connection' | 'sending' | 'drift' | 'waiting' | 'notifications' | 'server';

function application(id: string) {
  const base = `/applications/${id}`;
  return {
    /** The page that chooses the first tab; what lies below it is revalidated by it. */
    overview: () => base,
    tab: (tab: ApplicationTab) => `${base}/${tab}`,
    general: () => `${base}/general`,
    sso: () => `${base}/sso`,
    /** Where the metadata of the service provider is read from, and what of it waits. */
    spMetadata: () => `${base}/sso/metadata`,
    /** What one person would get, without the service provider. */
    testSso: (query?: { person?: string | undefined }) => withQuery(`${base}/sso/test`, query),
    /** Sign-ins that did not come about. */
    failedSignIns: () => `${base}/sso/failed`,
    groups: () => `${base}/groups`,
    assignments: (query?: AssignmentsQuery) => withQuery(`${base}/assignments`, query),
    /** One person's account there, or why there is none. */
    assignment: (userId: string) => `${base}/assignments/${userId}`,
    mappings: () => `${base}/mappings`,
    mappingHistory: () => `${base}/mappings/history`,
    attributeList: () => `${base}/mappings/attributes`,
    scopingFilter: () => `${base}/mappings/scope`,
    identityManagement: (part: IdentityManagementPart = 'connection') =>
      part === 'connection' ? `${base}/identity-management` : `${base}/identity-management/${part}`,
    provisioning: () => `${base}/provisioning`,
    held: () => `${base}/provisioning/held`,
    manualTasks: (query?: { state?: 'done' | undefined }) => withQuery(`${base}/provisioning/tasks`, query),
    cycle: (cycleId: string) => `${base}/provisioning/${cycleId}`,
    /** What a full cycle would do, as it was found out then. */
    dryRun: (runId: string, query?: { kind?: string | undefined }) =>
      withQuery(`${base}/provisioning/dry-runs/${runId}`, query),
    /** One person or user group now; with an attempt (of a run, or of an operation): how that was. */
    onDemand: (query?: OnDemandQuery) => withQuery(`${base}/provisioning/on-demand`, query),
    imports: () => `${base}/import`,
    importSettings: () => `${base}/import/settings`,
    import: (importId: string, query?: { decision?: 'undecided' | undefined; state?: 'failed' | undefined }) =>
      withQuery(`${base}/import/${importId}`, query),
    /** Of an import, what is to become of groups. */
    importGroups: (importId: string, query?: { result?: 'failed' | undefined }) =>
      withQuery(`${base}/import/${importId}/groups`, query),
  };
}

/** A page that the navigation leads to. */
export interface ConsolePage {
  path: `/${string}`;
  /** In the navigation and the palette; its heading is the same, whatever its capitals. */
  label: string;
  /** The part of the navigation; absent: above all. */
  section?: string;
  /** Only for administrators. */
  administrator?: true;
}

const management = { section: 'User management' };
const insights = { section: 'Insights' };
const settings = { section: 'Settings' };

/** The pages that the navigation leads to, in its order. A new one is a line here, and one in `links`. */
export const pages = {
  home: { path: '/', label: 'Home' },
  users: { ...management, path: '/users', label: 'Users' },
  groups: { ...management, path: '/groups', label: 'User Groups' },
  applications: { section: 'User authentication', path: '/applications', label: 'SSO Applications' },
  imports: { ...insights, path: '/imports', label: 'Imports' },
  cycles: { ...insights, path: '/cycles', label: 'Cycles' },
  events: { ...insights, path: '/events', label: 'Events' },
  generalSettings: { ...settings, path: '/settings/general', label: 'General' },
  tokens: { ...settings, path: '/settings/tokens', label: 'API Tokens', administrator: true },
  sources: { ...settings, path: '/settings/sources', label: 'Sources', administrator: true },
  attributes: { ...settings, path: '/settings/attributes', label: 'Attributes' },
  webhooks: { ...settings, path: '/settings/webhooks', label: 'Webhooks' },
  apiReference: { ...settings, path: '/api-reference', label: 'API Reference' },
  outbox: { ...settings, path: '/outbox', label: 'Outbox', administrator: true },
} as const satisfies Record<string, ConsolePage>;

export const links = {
  home: () => pages.home.path,
  portal: () => '/portal',
  account: () => '/account',
  /** What came of a logout. @param logout sealed */
  signedOut: (logout: string) => withQuery('/signed-out', { logout }),

  users: (query?: { names?: 'contested' | undefined; q?: string; status?: 'deleted' }) =>
    withQuery(pages.users.path, query),
  newUser: () => '/users/new',
  /** What was done to many people at once. */
  userBatches: () => '/users/batches',
  userBatch: (id: string, query?: { state?: string | undefined; kind?: string | undefined }) =>
    withQuery(`/users/batches/${id}`, query),
  importUsers: () => '/users/import',
  user: (id: string) => `/users/${id}`,
  /** Who changed what of a person, and when. */
  userHistory: (id: string) => `/users/${id}/history`,
  editUser: (id: string) => `/users/${id}/edit`,

  groups: () => pages.groups.path,
  group: (id: string) => `/groups/${id}`,
  nestedGroups: (id: string) => `/groups/${id}/nested`,
  foreignMembers: (id: string) => `/groups/${id}/foreign-members`,
  groupApplications: (id: string) => `/groups/${id}/applications`,
  /** Who is a member of a dynamic group. */
  groupRule: (id: string) => `/groups/${id}/rule`,
  groupSettings: (id: string) => `/groups/${id}/settings`,

  applications: () => pages.applications.path,
  newApplication: () => '/applications/new',
  /** An application that is migrated to a new instance, step by step. */
  migration: (id: string) => `/applications/migrations/${id}`,
  /** How people stand in the new instance. */
  migrationAccounts: (id: string, query?: { as?: string | undefined }) =>
    withQuery(`/applications/migrations/${id}/accounts`, query),
  application,

  /** By the reference that stands on the page that people saw. */
  failedSignIn: (reference: string) => `/failed-sign-ins/${reference}`,

  /** What waits for review, over all applications. */
  waitingImports: (query?: { application?: string | undefined }) => withQuery(pages.imports.path, query),

  cycles: () => pages.cycles.path,
  events: (query?: EventsQuery) => withQuery(pages.events.path, query),
  event: (id: string) => `/events/${id}`,

  generalSettings: () => pages.generalSettings.path,
  tokens: (query?: { q?: string | undefined }) => withQuery(pages.tokens.path, query),
  sources: () => pages.sources.path,
  source: (id: string) => `/settings/sources/${id}`,
  sourceSettings: (id: string) => `/settings/sources/${id}/settings`,
  attributes: () => pages.attributes.path,
  webhooks: () => pages.webhooks.path,
  newWebhook: () => '/settings/webhooks/new',
  webhook: (id: string, query?: { state?: string | undefined }) => withQuery(`/settings/webhooks/${id}`, query),
  webhookSettings: (id: string) => `/settings/webhooks/${id}/settings`,
  delivery: (webhookId: string, id: string) => `/settings/webhooks/${webhookId}/deliveries/${id}`,
  apiReference: () => pages.apiReference.path,
  outbox: () => pages.outbox.path,
  mail: (id: string) => `/outbox/${id}`,
} as const;

/** No pages: what sends a browser to the authorisation server of an application, and where that sends it back. */
export const oauthPaths = {
  connect: (authorizationId: string) => `/oauth/connect/${authorizationId}`,
  callback: (applicationId: string) => `/oauth/callback/${applicationId}`,
};
