import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listAttributeDefinitions } from '@/lib/directory/attribute-definitions';
import { findOwner } from '@/lib/inbound/queries';
import { OwnerNote } from '../../_components/owner-note';
import { findUserDetail } from '../_components/find-user';
import { EditUser } from './edit-user';

export const metadata: Metadata = { title: 'Edit user' };

export default async function EditUserPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('users.write');
  const user = await findUserDetail((await params).id);
  if (!user || user.deletedAt) notFound();
  const owner = await findOwner(user.sourceId);
  return (
    <>
      <PageHeader
        title={`Edit ${user.displayName}`}
        crumbs={[
          { label: 'Users', href: links.users() },
          { label: user.displayName, href: links.user(user.id) },
          { label: 'Edit' },
        ]}
      />
      {owner && (
        <div className="pb-5">
          <OwnerNote owner={owner} isAdministrator />
        </div>
      )}
      <EditUser
        attributes={await listAttributeDefinitions()}
        isOwned={owner !== undefined}
        // Begins anew when what is stored was taken over.
        key={user.version}
        id={user.id}
        version={user.version}
        manager={
          user.manager
            ? { value: user.manager.id, label: user.manager.displayName, hint: user.manager.username }
            : undefined
        }
        values={{
          username: user.username,
          email: user.email,
          firstname: user.firstname,
          lastname: user.lastname,
          displayName: user.displayName,
          employeeIdentifier: user.employeeIdentifier ?? '',
          jobTitle: user.jobTitle ?? '',
          department: user.department ?? '',
          company: user.company ?? '',
          costCenter: user.costCenter ?? '',
          location: user.location ?? '',
          phone: user.phone ?? '',
          managerId: user.managerId ?? '',
          customAttributes: (user.customAttributes ?? {}) as Record<string, string | number | boolean>,
          role: user.role,
        }}
      />
    </>
  );
}
