import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ExportMenu } from '@/components/patterns/export-menu';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { countHeld, listHeld } from '@/lib/provisioning/queries/held';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { loadApplication } from '../../_components/load-application';
import { HeldTable } from '../_components/held-table';

export const metadata: Metadata = { title: 'Held operations' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ cursor?: string }>;
}

/** What waits until somebody allows it: what takes accounts away, and what is not as it was reviewed. */
export default async function HeldPage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const application = await loadApplication((await params).id);
  if (!getTemplate(application.templateId).scim) notFound();
  const { id, displayLabel } = application;
  const { cursor } = await searchParams;
  const [integration, page, counted] = await Promise.all([
    findIntegration(id),
    listHeld(id, { cursor }, 50),
    countHeld(id),
  ]);
  const { total, totalIsExact } = counted;
  return (
    <div className="grid gap-4">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[{ label: 'Provisioning', href: links.application(id).provisioning() }, { label: 'Held operations' }]}
      />
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-prose text-muted">
          Nothing of this is sent to {displayLabel} before an administrator allows it. What is not planned any more goes
          from the list by itself.
        </p>
        {page.items.length > 0 && <ExportMenu address={`/api/applications/${id}/held/export`} />}
      </div>
      <HeldTable
        application={{ id, displayLabel }}
        page={{ ...page, total, totalIsExact }}
        holds={integration?.holdDeprovisioning ?? false}
        mayWrite={may(session, 'integration.write')}
        now={now()}
      />
    </div>
  );
}
