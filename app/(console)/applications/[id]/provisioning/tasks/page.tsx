import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ListSearch } from '@/components/patterns/list-page';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { LinkButton } from '@/components/ui/button';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { countManualTasks, listManualTasks } from '@/lib/provisioning/queries/manual-tasks';
import { manualTaskFilterSchema } from '@/lib/provisioning/schema';
import { loadApplication } from '../../_components/load-application';
import { ExportTasks } from '../_components/export-tasks';
import { TasksTable } from '../_components/tasks-table';

export const metadata: Metadata = { title: 'Manual tasks' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

/** What only a person can do in the application, ticked off one by one. */
export default async function ManualTasksPage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const application = await loadApplication((await params).id);
  if (!getTemplate(application.templateId).scim) notFound();
  const { id, displayLabel } = application;
  const search = await searchParams;
  const { state } = manualTaskFilterSchema.parse(search);
  const cursor = typeof search.cursor === 'string' ? search.cursor : undefined;
  const [page, open] = await Promise.all([listManualTasks(id, { state, cursor }, 50), countManualTasks(id)]);
  return (
    <div className="grid gap-4">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[{ label: 'Provisioning', href: links.application(id).provisioning() }, { label: 'Manual tasks' }]}
      />
      <p className="max-w-prose text-muted">
        What no request can do in {displayLabel}. Nothing waits for it: accounts are provisioned all the same.
      </p>
      <div className="flex flex-wrap gap-2">
        <LinkButton size="sm" href={links.application(id).manualTasks(state === 'open' ? { state: 'done' } : {})}>
          {state === 'open' ? 'Show what is done' : 'Show what is open'}
        </LinkButton>
        {page.items.length > 0 && <ExportTasks applicationId={id} state={state} />}
      </div>
      <TasksTable
        application={{ id, displayLabel }}
        page={state === 'open' ? { ...page, ...open } : page}
        state={state}
        mayRun={may(session, 'provisioning.run')}
        now={now()}
      />
    </div>
  );
}
