import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { findAttributeLists } from '@/lib/applications/target-attributes';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { loadApplication } from '../../_components/load-application';
import { AttributeLists } from './_components/attribute-lists';

export const metadata: Metadata = { title: 'Attribute list' };

/** Edit attribute list: what the application has, of which type; mappings aim at these. */
export default async function AttributeListPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const lists = await findAttributeLists(application.id);
  if (!lists) notFound();
  const readOnly = !may(session, 'applications.write');
  const { mappings } = links.application(application.id);
  return (
    <div className="grid gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[{ label: 'Attribute Mappings', href: mappings() }, { label: 'Attribute list' }]}
        />
        <p className="max-w-[640px] text-muted">
          The attributes that {application.displayLabel} is known to have. A value is sent in the type of its attribute;
          one that is not in this list is sent as it is mapped.
        </p>
      </header>
      {readOnly && <ReadOnlyNote what="the attributes" />}
      <AttributeLists lists={lists} readOnly={readOnly} />
    </div>
  );
}
