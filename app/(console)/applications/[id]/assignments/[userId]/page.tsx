import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { type AssignmentDetail, getAssignment } from '@/lib/provisioning/queries/link-detail';
import { loadApplication } from '../../_components/load-application';
import { AccountSummary } from './_components/account-summary';
import { OperationTimeline } from './_components/operation-timeline';

export const metadata: Metadata = { title: 'Assignment' };

/** One person in one application: why, by which name, what happened, and what comes next. */
export default async function AssignmentPage({ params }: { params: Promise<{ id: string; userId: string }> }) {
  const session = await requireSession('provisioning.read');
  const { id, userId } = await params;
  const application = await loadApplication(id);
  const detail = await find(id, userId);
  return (
    <div className="grid gap-5">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[
          { label: 'Assignments', href: links.application(id).assignments() },
          { label: detail.person.displayName },
        ]}
      />
      <div className="grid items-start gap-6 xl:grid-cols-[400px_minmax(0,1fr)]">
        <AccountSummary
          applicationId={id}
          appName={application.displayLabel}
          status={application.idmStatus}
          detail={detail}
          mayRun={may(session, 'provisioning.run')}
          mayWrite={may(session, 'applications.write')}
          mayDecide={may(session, 'integration.write')}
          own={detail.person.id === session.user.id}
        />
        <OperationTimeline applicationId={id} appName={application.displayLabel} operations={detail.operations} />
      </div>
    </div>
  );
}

async function find(applicationId: string, userId: string): Promise<AssignmentDetail> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(userId)) notFound();
  try {
    return await getAssignment(applicationId, userId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
}
