import { Status } from '@/components/ui/status';
import type { LinkStateName } from '@/lib/core/states';
import { linkStateWords } from '@/lib/provisioning/schema';

/** The state of an account in a word; without a link, nothing was provisioned yet. */
export function LinkStateWord({ state }: { state: LinkStateName | null }) {
  if (!state) return <Status tone="inactive">Not provisioned</Status>;
  const { label, tone, help } = linkStateWords[state];
  return (
    <Status tone={tone} title={help}>
      {label}
    </Status>
  );
}
