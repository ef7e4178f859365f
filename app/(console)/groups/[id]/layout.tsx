import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { Badge } from '@/components/ui/badge';
import { Callout } from '@/components/ui/callout';
import { LinkTabs } from '@/components/ui/tabs';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findGroupDetail } from './_components/find-group';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Omit<Props, 'children'>): Promise<Metadata> {
  await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  return { title: group?.name ?? 'Not found' };
}

/** Head and tabs of one user group. */
export default async function GroupLayout({ params, children }: Props) {
  await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'User groups', href: links.groups() }, { label: group.name }]}
        title={group.name}
        description={group.description}
        status={
          group.source ? (
            <Badge>From {group.source.name}</Badge>
          ) : group.readOnly ? (
            <Badge>Imported</Badge>
          ) : (
            group.dynamic && <Badge>Dynamic</Badge>
          )
        }
      />
      {group.source && (
        <div className="pb-5">
          <Callout title={`Comes from the source ${group.source.name}, read-only`}>
            Its name and members are changed in that directory, which sends them here. It can be associated with
            applications and nested in other groups.
          </Callout>
        </div>
      )}
      {group.readOnly && !group.source && (
        <div className="pb-5">
          <Callout title={`Imported from ${group.importedFrom?.displayLabel ?? 'an application'}, read-only`}>
            Its members are what they are over there. It can be associated with applications, and is never pushed back
            to where it came from.
          </Callout>
        </div>
      )}
      <LinkTabs
        label={`Parts of ${group.name}`}
        tabs={[
          { href: links.group(group.id), label: 'Members', count: group.effectiveMembers, exact: true },
          { href: links.nestedGroups(group.id), label: 'Nested groups', count: group.children.length },
          { href: links.groupApplications(group.id), label: 'Applications', count: group.applications },
          ...(group.readOnly ? [] : [{ href: links.groupRule(group.id), label: 'Rule' }]),
          { href: links.groupSettings(group.id), label: 'Settings' },
        ]}
      />
      <div className="pt-5">{children}</div>
    </>
  );
}
