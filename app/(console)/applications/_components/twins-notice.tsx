import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { Twin } from '@/lib/applications/twins';
import { links } from '@/lib/core/links';

/** Which other applications one is easily taken for: a warning, and nothing more. */
export function TwinsNotice({ twins }: { twins: readonly Twin[] }) {
  if (twins.length === 0) return null;
  const isInstance = twins.some((twin) => twin.sameInstance);
  return (
    <Callout
      kind="warning"
      title={
        isInstance
          ? 'Another application leads to the same place'
          : twins.length === 1
            ? 'Another application has the same display label'
            : 'Other applications have the same display label'
      }
    >
      {isInstance
        ? 'It is of the same template with the same values. Provisioned by both, accounts there are changed by two. '
        : 'In lists and in the user portal they are easily taken for one another. '}
      {twins.map((twin, index) => (
        <span key={twin.id}>
          {index > 0 && ', '}
          <TextLink href={links.application(twin.id).general()}>{twin.displayLabel}</TextLink>
          {isInstance && ` (${wordsOf(twin)})`}
        </span>
      ))}
    </Callout>
  );
}

function wordsOf({ sameLabel, sameInstance }: Twin): string {
  if (sameLabel && sameInstance) return 'same label and values';
  return sameInstance ? 'same values' : 'same label';
}
