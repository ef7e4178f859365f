import { atLeast } from '@/components/patterns/at-least';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { Counted } from '@/lib/db/bounded-count';

/** That something waits for a decision, and where; nothing where nothing does. */
export function HeldNotice({ applicationId, held }: { applicationId: string; held: Counted }) {
  if (held.total === 0) return null;
  const some =
    held.total === 1
      ? '1 deactivation or deletion waits'
      : `${atLeast(held.total, held.totalIsExact)} deactivations and deletions wait`;
  return (
    <Callout
      kind="warning"
      className="mb-6"
      title={`${some} for a decision`}
      actions={<LinkButton href={links.application(applicationId).held()}>Review</LinkButton>}
    >
      Nothing of it is sent before somebody allows it.
    </Callout>
  );
}
