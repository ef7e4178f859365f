import type { PermissionName, Role } from '@/lib/auth/permissions';

// Said a second time, apart from the product's own table: what helpdesk and users may do. Administrators may do it all.
const user: readonly PermissionName[] = ['portal.use', 'account.self', 'account.password'];
const helpdesk: readonly PermissionName[] = [
  ...user,
  'console.use',
  'users.read',
  'groups.read',
  'applications.read',
  'provisioning.read',
  'provisioning.run',
  'imports.read',
  'imports.run',
  'events.read',
  'webhooks.read',
  'settings.read',
];

/** Whether a role is meant to have a permission. */
export function isMeantTo(role: Role, permission: PermissionName): boolean {
  if (role === 'administrator') return true;
  return (role === 'helpdesk' ? helpdesk : user).includes(permission);
}
