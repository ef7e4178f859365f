import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { RelativeTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { Callout } from '@/components/ui/callout';
import { LinkTabs } from '@/components/ui/tabs';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import type { GroupDetail } from '@/lib/directory/get-group';
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

/** What holds of a group of an application, and what to do where that application has it no longer. */
function ApplicationGroupNote({ group, from }: { group: GroupDetail; from: NonNullable<GroupDetail['importedFrom']> }) {
  if (group.orphan) {
    return (
      <Callout kind="warning" title={`Not in ${from.displayLabel} any more`}>
        {group.goneAt ? (
          <>
            An import found it gone <RelativeTime at={group.goneAt} />.{' '}
          </>
        ) : (
          'The application was deleted. '
        )}
        Its members, and what it gives access to, are as they were. Turn it into a user group of the directory, or
        delete it, under Settings.
      </Callout>
    );
  }
  return (
    <Callout title={`A group of ${from.displayLabel}, read-only here`}>
      {group.membersTold
        ? 'Its members are the people whose accounts are in it over there, as of the last import.'
        : `${from.displayLabel} does not tell who is in it: its members are those of whom it did.`}{' '}
      It can give access to other applications and be nested in other groups. Being in it gives no access to{' '}
      {from.displayLabel} itself, and it is never pushed back.
    </Callout>
  );
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
          ) : group.importedFrom ? (
            <span className="flex flex-wrap gap-1.5">
              <Badge>Group of {group.importedFrom.displayLabel}</Badge>
              {group.goneAt && <Badge tone="attention">Gone there</Badge>}
            </span>
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
      {group.importedFrom && (
        <div className="pb-5">
          <ApplicationGroupNote group={group} from={group.importedFrom} />
        </div>
      )}
      <LinkTabs
        label={`Parts of ${group.name}`}
        tabs={[
          { href: links.group(group.id), label: 'Members', count: group.effectiveMembers, exact: true },
          ...(group.importedFrom
            ? [
                {
                  href: links.foreignMembers(group.id),
                  label: 'Not in the directory',
                  count: group.foreignMembersIsExact ? group.foreignMembers : undefined,
                },
              ]
            : []),
          {
            href: links.nestedGroups(group.id),
            label: 'Nested groups',
            count: group.nestedGroupsIsExact ? group.nestedGroups : undefined,
          },
          { href: links.groupApplications(group.id), label: 'Applications', count: group.applications },
          ...(group.readOnly ? [] : [{ href: links.groupRule(group.id), label: 'Rule' }]),
          { href: links.groupSettings(group.id), label: 'Settings' },
        ]}
      />
      <div className="pt-5">{children}</div>
    </>
  );
}
