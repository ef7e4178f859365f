import { TextLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { UserRow } from '@/lib/directory/list-users';

/** Whom a search of the list finds besides: people who were deleted and can be restored. Below those who are not, so that nothing that is done to many means them. */
export function DeletedMatches({ q, people, more }: { q: string; people: readonly UserRow[]; more: boolean }) {
  if (people.length === 0) return null;
  return (
    <Card
      title="Deleted people who match"
      description="They can be restored, each on their page."
      actions={more && <TextLink href={links.users({ q, status: 'deleted' })}>Show all</TextLink>}
      flush
    >
      <ul aria-label="Deleted people who match" className="divide-y divide-line">
        {people.map(({ id, displayName, email }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2 text-sm">
            <span className="grid min-w-0">
              <TextLink href={links.user(id)} className="truncate font-medium">
                {displayName}
              </TextLink>
              <span className="truncate text-muted text-xs">{email}</span>
            </span>
            <Status tone="error">Deleted</Status>
          </li>
        ))}
      </ul>
    </Card>
  );
}
