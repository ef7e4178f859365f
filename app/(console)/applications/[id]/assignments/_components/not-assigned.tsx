import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { links } from '@/lib/core/links';
import type { NotAssignedPerson } from '@/lib/provisioning/queries/not-assigned';

/** Whom a search finds besides: people of the directory who have no place in the application, each with the reason. */
export function NotAssigned({
  applicationId,
  appName,
  people,
}: {
  applicationId: string;
  appName: string;
  people: readonly NotAssignedPerson[];
}) {
  if (people.length === 0) return null;
  return (
    <Card title="Not assigned" description={`In the directory, without access to ${appName}.`} flush>
      <ul aria-label="Not assigned" className="divide-y divide-line">
        {people.map((person) => (
          <li
            key={person.userId}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2 text-sm"
          >
            <span className="grid min-w-0">
              <span className="truncate font-medium">{person.displayName}</span>
              <span className="truncate text-muted text-xs">
                {person.email}
                {person.userStatus !== 'active' && (person.userStatus === 'suspended' ? ' · Suspended' : ' · Deleted')}
              </span>
            </span>
            <TextLink href={links.application(applicationId).assignment(person.userId)}>
              Why no account<span className="sr-only"> of {person.displayName}</span>
            </TextLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
