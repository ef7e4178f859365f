import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { listMappingHistory } from '@/lib/applications/mapping-history';
import { findMappings } from '@/lib/applications/mapping-queries';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { loadApplication } from '../../_components/load-application';
import { MappingHistory } from './_components/mapping-history';

export const metadata: Metadata = { title: 'Mapping history' };

/** What the mapping tables of an application were before, each with the way back to it. */
export default async function MappingHistoryPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const mappings = await findMappings(application.id);
  if (!mappings) notFound();
  const tables = await Promise.all(
    mappings.tables.map(async ({ objectType }) => ({
      objectType,
      revisions: await listMappingHistory({ applicationId: application.id, objectType }),
    })),
  );
  return (
    <div className="grid gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[
            { label: 'Attribute Mappings', href: links.application(application.id).mappings() },
            { label: 'History' },
          ]}
        />
        <p className="max-w-[640px] text-muted">
          Each time the mappings were saved, with what that changed. The last 50 of each table are kept.
        </p>
      </header>
      <MappingHistory
        applicationId={application.id}
        version={mappings.version}
        tables={tables}
        readOnly={!may(session, 'applications.write')}
      />
    </div>
  );
}
