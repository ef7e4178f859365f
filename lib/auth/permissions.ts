/** The roles of people who sign in; the same names as in the database. */
export const roles = ['administrator', 'helpdesk', 'user'] as const;
export type Role = (typeof roles)[number];

const administrators = ['administrator'] as const;
const staff = ['administrator', 'helpdesk'] as const;
const everyone = ['administrator', 'helpdesk', 'user'] as const;

/**
 * Who may do what: the one table. Every page, server action and route names one of these permissions, and the tests
 * iterate the table. Helpdesk sees everything but secrets, and changes no settings.
 */
export const permissions = {
  /** Enter the console: its frame, the home page, the search. */
  'console.use': staff,
  'users.read': staff,
  'users.write': administrators,
  'groups.read': staff,
  'groups.write': administrators,
  'applications.read': staff,
  /** Create, change, delete applications; associations; mappings. */
  'applications.write': administrators,
  'sso.write': administrators,
  /** The SCIM connection: base URL, token, activation, pause. */
  'integration.write': administrators,
  'provisioning.read': staff,
  /** On demand for one person or group, retry, plan. */
  'provisioning.run': staff,
  'imports.read': staff,
  /** Start, review, confirm an import. */
  'imports.run': staff,
  'events.read': staff,
  /** Mails may hold activation links: administrators only. */
  'outbox.read': administrators,
  /** See, create and revoke tokens of the HTTP API. */
  'tokens.write': administrators,
  /** See, create, change and delete sources and their tokens. */
  'sources.write': administrators,
  'webhooks.read': staff,
  'webhooks.write': administrators,
  /** Settings of the whole installation: how long is kept what, how long a sign-in lasts. */
  'settings.read': staff,
  'settings.write': administrators,
  'demo.reset': administrators,
  'portal.use': everyone,
  /** One's own account: where one is signed in. */
  'account.self': everyone,
  /** One's own password: the only thing open to somebody who has to change it first. */
  'account.password': everyone,
} as const satisfies Record<string, readonly Role[]>;

export type PermissionName = keyof typeof permissions;

/** True when the table allows this role the permission. */
export function allows(role: Role, permission: PermissionName): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}
