/** What a test of a connection does, in words. */
const labels = {
  reach: 'Reach host',
  tls: 'TLS',
  token: 'Get an access token',
  authenticate: 'Authenticate',
  config: 'ServiceProviderConfig',
  list_users: 'List users',
  list_groups: 'List groups',
  create_user: 'Create test user',
  update_user: 'Update test user',
  create_group: 'Create test group with the test user',
  deactivate_user: 'Deactivate test user',
  clean_up: 'Clean up',
} as const;

export type ConnectionStepId = keyof typeof labels;

export interface StepOptions {
  /** Access tokens are asked for first, by which requests authenticate. */
  accessTokens?: boolean;
  /** A test user is created, changed, deactivated and deleted. */
  write?: boolean;
  /** With a test group, too. */
  manageGroups?: boolean;
}

/** The steps that a test will have, in order, for a screen that fills while it runs. */
export function connectionSteps({ accessTokens, write, manageGroups }: StepOptions = {}): {
  id: ConnectionStepId;
  label: string;
}[] {
  const ids: ConnectionStepId[] = [
    'reach',
    'tls',
    ...(accessTokens ? (['token'] as const) : []),
    'authenticate',
    'config',
    'list_users',
    'list_groups',
  ];
  if (write) {
    ids.push('create_user', 'update_user', ...(manageGroups ? (['create_group'] as const) : []));
    ids.push('deactivate_user', 'clean_up');
  }
  return ids.map((id) => ({ id, label: labels[id] }));
}
