import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { RelativeTime } from '@/components/patterns/relative-time';
import { LinkButton } from '@/components/ui/button';
import { LinkTabs } from '@/components/ui/tabs';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { ownedWords, SourceStatus } from '../../_components/source-status';
import { findSourceDetail } from '../_components/find-source';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Omit<Props, 'children'>): Promise<Metadata> {
  await requireSession('sources.write');
  const source = await findSourceDetail((await params).id);
  return { title: source?.name ?? 'Not found' };
}

/** Head and tabs of one source. */
export default async function SourceLayout({ params, children }: Props) {
  await requireSession('sources.write');
  const source = await findSourceDetail((await params).id);
  if (!source) notFound();
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Sources', href: links.sources() }, { label: source.name }]}
        title={source.name}
        description={
          <>
            Owns {ownedWords(source)}
            {source.lastSeenAt && (
              <>
                {' '}
                · last seen <RelativeTime at={source.lastSeenAt} />
                {source.lastSeenAddress && ` from ${source.lastSeenAddress}`}
              </>
            )}
          </>
        }
        status={<SourceStatus source={source} />}
        actions={<LinkButton href={links.events({ q: source.name })}>Events</LinkButton>}
      />
      <LinkTabs
        label={`Parts of ${source.name}`}
        tabs={[
          { href: links.source(source.id), label: 'Connection', exact: true },
          { href: links.sourceSettings(source.id), label: 'Settings' },
        ]}
      />
      <div className="pt-5">{children}</div>
    </>
  );
}
