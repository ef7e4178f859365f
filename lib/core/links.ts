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
};

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

function application(id: string) {
  const base = `/applications/${id}`;
  return {
    /** The page that chooses the first tab; what lies below it is revalidated by it. */
    overview: () => base,
    tab: (tab: ApplicationTab) => `${base}/${tab}`,
    general: () => `${base}/general`,
    sso: () => `${base}/sso`,
    groups: () => `${base}/groups`,
    assignments: (query?: AssignmentsQuery) => withQuery(`${base}/assignments`, query),
    /** One person's account there, or why there is none. */
    assignment: (userId: string) => `${base}/assignments/${userId}`,
    mappings: () => `${base}/mappings`,
    attributeList: () => `${base}/mappings/attributes`,
    identityManagement: () => `${base}/identity-management`,
    provisioning: () => `${base}/provisioning`,
    cycle: (cycleId: string) => `${base}/provisioning/${cycleId}`,
    imports: () => `${base}/import`,
    import: (importId: string, query?: { decision?: 'undecided' | undefined; state?: 'failed' | undefined }) =>
      withQuery(`${base}/import/${importId}`, query),
  };
}

export const links = {
  home: () => '/',
  portal: () => '/portal',
  account: () => '/account',

  users: (query?: { names?: 'contested' | undefined }) => withQuery('/users', query),
  newUser: () => '/users/new',
  user: (id: string) => `/users/${id}`,
  editUser: (id: string) => `/users/${id}/edit`,

  groups: () => '/groups',
  group: (id: string) => `/groups/${id}`,
  nestedGroups: (id: string) => `/groups/${id}/nested`,
  groupApplications: (id: string) => `/groups/${id}/applications`,
  groupSettings: (id: string) => `/groups/${id}/settings`,

  applications: () => '/applications',
  newApplication: () => '/applications/new',
  application,

  cycles: () => '/cycles',
  events: (query?: EventsQuery) => withQuery('/events', query),
  event: (id: string) => `/events/${id}`,

  generalSettings: () => '/settings/general',
  tokens: (query?: { q?: string | undefined }) => withQuery('/settings/tokens', query),
  webhooks: () => '/settings/webhooks',
  newWebhook: () => '/settings/webhooks/new',
  webhook: (id: string, query?: { state?: string | undefined }) => withQuery(`/settings/webhooks/${id}`, query),
  webhookSettings: (id: string) => `/settings/webhooks/${id}/settings`,
  delivery: (webhookId: string, id: string) => `/settings/webhooks/${webhookId}/deliveries/${id}`,
  apiReference: () => '/api-reference',
  outbox: () => '/outbox',
  mail: (id: string) => `/outbox/${id}`,
} as const;
