import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { getSsoTab } from '@/lib/sso/queries';
import { loadApplication } from '../../_components/load-application';
import { HeldMetadata } from './_components/held-metadata';
import { SourceForm } from './_components/source-form';
import { SourceState } from './_components/source-state';

export const metadata: Metadata = { title: 'SP metadata' };

/** Where the metadata of the service provider is read from, how that goes, and what of it waits for somebody. */
export default async function SpMetadataPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  if (application.kind !== 'saml') notFound();
  const { metadataSource: source } = await getSsoTab(application.id);
  const readOnly = !may(session, 'sso.write');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[{ label: 'SSO', href: links.application(application.id).sso() }, { label: 'SP metadata by URL' }]}
        />
        <p className="max-w-[640px] text-muted">
          Read by itself, as often as it asks for. What would change where people are sent, who they are or what is
          trusted waits here until somebody has compared it.
        </p>
      </header>
      {readOnly && <ReadOnlyNote what="where metadata is read from" />}
      {source?.held && (
        <HeldMetadata
          key={source.held.id}
          applicationId={application.id}
          appName={application.displayLabel}
          held={source.held}
          readOnly={readOnly}
        />
      )}
      {source && (
        <SourceState
          applicationId={application.id}
          source={source}
          expired={source.validUntil !== null && source.validUntil <= new Date()}
          readOnly={readOnly}
        />
      )}
      {(source || !readOnly) && <SourceForm applicationId={application.id} source={source} readOnly={readOnly} />}
      {!source && readOnly && <p className="text-muted">The metadata of this application is not read by itself.</p>}
    </div>
  );
}
