import { ArrowRightLeft } from 'lucide-react';
import { TextLink } from '@/components/ui/button';
import type { OpenMove } from '@/lib/applications/open-move';
import { links } from '@/lib/core/links';

/** That the application is part of a migration, with the way to it. */
export function MoveLine({ move: { id, role, oldLabel, newLabel } }: { move: OpenMove }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-line bg-surface px-3 py-2">
      <ArrowRightLeft aria-hidden className="size-4 shrink-0 text-accent-text" />
      <span>{role === 'old' ? `Being migrated to ${newLabel}.` : `The new instance of ${oldLabel}.`}</span>
      <TextLink href={links.migration(id)}>Go on with the migration</TextLink>
    </p>
  );
}
