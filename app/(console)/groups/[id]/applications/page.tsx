import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { listApplicationChoices } from '@/lib/applications/queries';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { getGroup } from '@/lib/directory/get-group';
import { ApplicationsForm } from './_components/applications-form';

export const metadata: Metadata = { title: 'Applications' };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function loadGroup(id: string) {
  if (!uuid.test(id)) notFound();
  return getGroup(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
}

/** Group › Applications: the association from the group's side. */
export default async function GroupApplicationsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const group = await loadGroup((await params).id);
  const readOnly = !may(session, 'applications.write');
  return (
    <div className="grid gap-4">
      {readOnly && <ReadOnlyNote what="the group’s applications" />}
      <ApplicationsForm
        groupId={group.id}
        groupName={group.name}
        choices={await listApplicationChoices(group.id, { limit: 2000 })}
        readOnly={readOnly}
      />
    </div>
  );
}
