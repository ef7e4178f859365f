import { AbsoluteTime, RelativeTime } from '@/components/patterns/relative-time';
import { LinkButton, TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import { links } from '@/lib/core/links';
import type { UserDetail } from '@/lib/directory/queries';

/** The properties of a person, as mappings read them. */
export function IdentityCard({ user, writable }: { user: UserDetail; writable: boolean }) {
  const custom = Object.entries((user.customAttributes ?? {}) as Record<string, unknown>);
  const items = [
    { label: 'Username', value: user.username, mono: true },
    { label: 'E-mail', value: user.email },
    { label: 'First name', value: user.firstname },
    { label: 'Last name', value: user.lastname },
    { label: 'Role', value: <span className="capitalize">{user.role}</span> },
    { label: 'Employee ID', value: user.employeeIdentifier, mono: true },
    { label: 'Job title', value: user.jobTitle },
    { label: 'Department', value: user.department },
    { label: 'Company', value: user.company },
    { label: 'Cost center', value: user.costCenter },
    { label: 'Location', value: user.location },
    { label: 'Phone', value: user.phone },
    {
      label: 'Manager',
      value: user.manager && <TextLink href={links.user(user.manager.id)}>{user.manager.displayName}</TextLink>,
    },
    ...(user.reportCount > 0 ? [{ label: 'Reports', value: <Reports user={user} /> }] : []),
    ...custom.map(([name, value]) => ({ label: name, value: String(value), mono: true })),
    { label: 'Last sign-in', value: <RelativeTime at={user.lastSignInAt} /> },
    { label: 'Created', value: <AbsoluteTime at={user.createdAt} /> },
  ];
  return (
    <Card
      title="Identity"
      actions={
        writable && (
          <LinkButton href={links.editUser(user.id)} size="sm">
            Edit
          </LinkButton>
        )
      }
    >
      <DescriptionList items={items} />
    </Card>
  );
}

function Reports({ user }: { user: UserDetail }) {
  const more = user.reportCount - user.reports.length;
  return (
    <ul className="grid gap-1">
      {user.reports.map((report) => (
        <li key={report.id}>
          <TextLink href={links.user(report.id)}>{report.displayName}</TextLink>
        </li>
      ))}
      {more > 0 && <li className="text-muted">and {more} more</li>}
    </ul>
  );
}
