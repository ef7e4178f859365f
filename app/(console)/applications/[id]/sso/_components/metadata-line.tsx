import Link from 'next/link';
import { Status } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { SsoTab } from '@/lib/sso/queries';

/** Whether the metadata is read by itself, and whether something of it waits. */
export function MetadataLine({ applicationId, source }: { applicationId: string; source: SsoTab['metadataSource'] }) {
  const href = links.application(applicationId).spMetadata();
  const link = (words: string) => (
    <Link href={href} className="text-accent-text text-sm hover:underline">
      {words}
    </Link>
  );
  if (!source) return link('Read it from a URL');
  if (source.held) {
    return (
      <span className="flex items-center gap-2">
        <Status tone="attention">Metadata has changed</Status> {link('Review')}
      </span>
    );
  }
  return (
    <span className="flex items-center gap-2">
      {source.failingSince ? (
        <Status tone="attention">Metadata cannot be read</Status>
      ) : (
        <Status tone="ok">Metadata is read from a URL</Status>
      )}{' '}
      {link('Show')}
    </span>
  );
}
