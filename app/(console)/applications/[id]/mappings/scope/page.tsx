import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { findScopeFilters } from '@/lib/applications/scope-filters';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findFirstPerson } from '@/lib/provisioning/queries/first-person';
import { loadApplication } from '../../_components/load-application';
import { ScopeEditor } from './_components/scope-editor';

export const metadata: Metadata = { title: 'Scoping filter' };

/** Scoping filter: of those who have access, whom the application has accounts for. */
export default async function ScopingFilterPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const [filters, person] = await Promise.all([findScopeFilters(application.id), findFirstPerson(application.id)]);
  if (!filters) notFound();
  const readOnly = !may(session, 'applications.write');
  return (
    <div className="grid gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[
            { label: 'Attribute Mappings', href: links.application(application.id).mappings() },
            { label: 'Scoping filter' },
          ]}
        />
        <p className="max-w-[720px] text-muted">
          Of the people who have access to {application.displayLabel}, the filter says who has an account there. It
          narrows provisioning alone: whoever is left out can still sign in.
        </p>
      </header>
      {readOnly && <ReadOnlyNote what="the scoping filter" />}
      <ScopeEditor
        key={application.id}
        filters={filters}
        firstPerson={person && { value: person.userId, label: person.displayName, hint: person.email }}
        readOnly={readOnly}
      />
    </div>
  );
}
