import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Avatar } from '@/components/ui/avatar';
import { Callout } from '@/components/ui/callout';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listMemberships } from '@/lib/directory/membership';
import { listSessions } from '@/lib/directory/queries';
import { findSignInHold } from '@/lib/directory/sign-in-hold';
import { findOwner } from '@/lib/inbound/queries';
import { OwnerNote } from '../../_components/owner-note';
import { UserStatus } from '../../_components/user-status';
import { ActivationCard } from '../_components/activation-card';
import { ContestedNames } from '../_components/contested-names';
import { findUserDetail } from '../_components/find-user';
import { IdentityCard } from '../_components/identity-card';
import { MembershipsCard } from '../_components/memberships-card';
import { SessionsCard } from '../_components/sessions-card';
import { SignInHeldUp } from '../_components/sign-in-held-up';
import { UserActions } from '../_components/user-actions';
import { UserApplications } from '../_components/user-applications';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ cursor?: string | string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const session = await requireSession('users.read');
  const user = session && (await findUserDetail((await params).id));
  return { title: user?.displayName ?? 'Not found' };
}

/** Who this is, on the left; where the person has accounts, and why, on the right. */
export default async function UserPage({ params, searchParams }: Props) {
  const session = await requireSession('users.read');
  const user = await findUserDetail((await params).id);
  if (!user) notFound();
  const [memberships, sessions, hold, owner] = await Promise.all([
    listMemberships(user.id),
    listSessions(user.id),
    user.deletedAt || user.status !== 'active' ? undefined : findSignInHold(user.id),
    findOwner(user.sourceId),
  ]);
  const writable = may(session, 'users.write');
  const { cursor } = await searchParams;
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Users', href: links.users() }, { label: user.displayName }]}
        title={user.displayName}
        description={[user.jobTitle, user.department].filter(Boolean).join(' · ')}
        tile={<Avatar name={user.displayName} size="lg" />}
        status={<UserStatus status={user.status} pending={user.pending} deletedAt={user.deletedAt} />}
        actions={
          writable && (
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
      {owner && !user.deletedAt && (
        <div className="pb-5">
          <OwnerNote
            owner={owner}
            isAdministrator={writable}
            heldHere={user.status === 'suspended' && user.sourceActive === true}
          />
        </div>
      )}
      {hold && <SignInHeldUp user={user} hold={hold} writable={writable} />}
      <ContestedNames userId={user.id} writable={writable} />
      <div className="grid items-start gap-5 lg:grid-cols-[376px_minmax(0,1fr)]">
        <div className="grid gap-5">
          <IdentityCard user={user} writable={writable && !user.deletedAt} />
          {!user.deletedAt && user.status === 'active' && <ActivationCard user={user} writable={writable} />}
        </div>
        <div className="grid gap-5">
          <UserApplications userId={user.id} cursor={typeof cursor === 'string' ? cursor : undefined} />
          <MembershipsCard memberships={memberships} />
          <SessionsCard userId={user.id} sessions={sessions} writable={writable} />
        </div>
      </div>
    </>
  );
}
