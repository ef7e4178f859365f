import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import { type HeldCount, heldInWords } from '@/lib/provisioning/held-words';

/** What waits for a decision, and where; nothing where nothing does. */
export function HeldNotice({ applicationId, held }: { applicationId: string; held: HeldCount }) {
  if (held.total === 0) return null;
  return (
    <Callout
      kind="warning"
      className="mb-6"
      title={heldInWords(held)}
      actions={<LinkButton href={links.application(applicationId).held()}>Review</LinkButton>}
    >
      Nothing of it is sent before somebody allows it.
    </Callout>
  );
}
