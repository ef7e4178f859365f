import { LinkButton, TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import { listContestedNames } from '@/lib/directory/contested-names';

const words = { username: 'username', email: 'e-mail address' } as const;

/** What this person is not found by, because somebody else had the name first; nothing where there is none. */
export async function ContestedNames({ userId, writable }: { userId: string; writable: boolean }) {
  const contested = await listContestedNames(userId);
  if (contested.length === 0) return null;
  return (
    <div className="grid gap-3 pb-5">
      {contested.map(({ field, person, holder }) => (
        <Callout
          key={field}
          kind="warning"
          title={`The ${words[field]} “${person[field]}” is ${holder.displayName}’s too`}
          actions={
            writable && (
              <LinkButton size="sm" href={links.editUser(person.id)}>
                Rename
              </LinkButton>
            )
          }
        >
          <TextLink href={links.user(holder.id)}>{holder.displayName}</TextLink> ({holder.email}) had it first and is
          the one whom it finds. {person.displayName} signs in by the other name only, until one of the two has another.
        </Callout>
      ))}
    </div>
  );
}
