import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { LinkButton } from '@/components/ui/button';
import { findMappings } from '@/lib/applications/mapping-queries';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findFirstPerson } from '@/lib/provisioning/queries/first-person';
import { loadApplication } from '../_components/load-application';
import { MappingEditor } from './_components/mapping-editor';

export const metadata: Metadata = { title: 'Attribute Mappings' };

/** Attribute Mappings: what each attribute of the application is made from, with a preview of one real person. */
export default async function MappingsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const [mappings, person] = await Promise.all([findMappings(application.id), findFirstPerson(application.id)]);
  if (!mappings) notFound();
  const readOnly = !may(session, 'applications.write');
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        {readOnly ? (
          <ReadOnlyNote what="the mappings" />
        ) : (
          <p className="text-muted">What each attribute of the application is made from.</p>
        )}
        <div className="flex flex-wrap gap-2">
          <LinkButton href={links.application(application.id).scopingFilter()} size="sm">
            Scoping filter
          </LinkButton>
          <LinkButton href={links.application(application.id).mappingHistory()} size="sm">
            History
          </LinkButton>
          <LinkButton href={links.application(application.id).attributeList()} size="sm">
            {readOnly ? 'Attribute list' : 'Edit attribute list'}
          </LinkButton>
        </div>
      </div>
      <MappingEditor
        key={application.id}
        mappings={mappings}
        firstPerson={person && { value: person.userId, label: person.displayName, hint: person.email }}
        readOnly={readOnly}
      />
    </div>
  );
}
