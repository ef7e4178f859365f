import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';

/** Says that another directory is the master of somebody, and what may be changed here all the same. */
export function OwnerNote({
  owner,
  isAdministrator,
  heldHere = false,
}: {
  owner: { id: string; name: string };
  isAdministrator: boolean;
  /** Suspended here, while the source says that they are active. */
  heldHere?: boolean;
}) {
  return (
    <Callout
      title={`Comes from the source ${owner.name}`}
      actions={isAdministrator && <LinkButton href={links.source(owner.id)}>Open source</LinkButton>}
    >
      {heldHere
        ? 'Suspended here, while the source says active: that stays until somebody reactivates the person, or the source says inactive and then active again.'
        : 'Everything but the role and the password is changed in that directory. Suspending is possible here, too.'}
    </Callout>
  );
}
