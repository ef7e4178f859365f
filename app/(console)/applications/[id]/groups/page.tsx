import type { Metadata } from 'next';
import { listGroupChoices } from '@/lib/applications/queries';
import { may, requireSession } from '@/lib/auth/session';
import { loadApplication } from '../_components/load-application';
import { GroupsForm } from './_components/groups-form';

export const metadata: Metadata = { title: 'User Groups' };

/** User Groups: which groups let their members in. Everybody else is denied. */
export default async function ApplicationGroupsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const choices = await listGroupChoices(application.id, { limit: 2000 });
  return (
    <GroupsForm
      applicationId={application.id}
      appName={application.displayLabel}
      provisions={application.idmStatus !== 'not_configured' && application.idmStatus !== 'inactive'}
      choices={choices.items}
      total={choices.total}
      readOnly={!may(session, 'applications.write')}
    />
  );
}
