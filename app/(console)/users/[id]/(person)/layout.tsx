import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Avatar } from '@/components/ui/avatar';
import { Callout } from '@/components/ui/callout';
import { LinkTabs } from '@/components/ui/tabs';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { UserStatus } from '../../_components/user-status';
import { findUserDetail, findUserSessions } from '../_components/find-user';
import { UserActions } from '../_components/user-actions';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Omit<Props, 'children'>): Promise<Metadata> {
  const session = await requireSession('users.read');
  const user = session && (await findUserDetail((await params).id));
  return { title: user?.displayName ?? 'Not found' };
}

/** Head and tabs of one person. */
export default async function PersonLayout({ params, children }: Props) {
  const session = await requireSession('users.read');
  const user = await findUserDetail((await params).id);
  if (!user) notFound();
  const sessions = await findUserSessions(user.id);
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Users', href: links.users() }, { label: user.displayName }]}
        title={user.displayName}
        description={[user.jobTitle, user.department].filter(Boolean).join(' · ')}
        tile={<Avatar name={user.displayName} size="lg" />}
        status={<UserStatus status={user.status} pending={user.pending} deletedAt={user.deletedAt} />}
        actions={
          may(session, 'users.write') && (
            <UserActions
              user={{ id: user.id, displayName: user.displayName, username: user.username, status: user.status }}
              deleted={user.deletedAt !== null}
              sessions={sessions.length}
            />
          )
        }
      />
      {user.restorableUntil && (
        <div className="pb-5">
          <Callout kind="warning" title="Deleted">
            Accounts in applications are deactivated. {user.displayName} can be restored until{' '}
            <AbsoluteTime at={user.restorableUntil} />; then the person is deleted permanently, and so are the accounts.
          </Callout>
        </div>
      )}
      <LinkTabs
        label={`Parts of ${user.displayName}`}
        tabs={[
          { href: links.user(user.id), label: 'Overview', exact: true },
          ...(may(session, 'events.read') ? [{ href: links.userHistory(user.id), label: 'History' }] : []),
        ]}
      />
      <div className="pt-5">{children}</div>
    </>
  );
}
