import { notFound } from 'next/navigation';
import { may, requireSession } from '@/lib/auth/session';
import { listMemberships } from '@/lib/directory/membership';
import { findSignInHold } from '@/lib/directory/sign-in-hold';
import { findOwner } from '@/lib/inbound/queries';
import { listOpenAtApplications } from '@/lib/sso/logout/queries';
import { OwnerNote } from '../../_components/owner-note';
import { ActivationCard } from '../_components/activation-card';
import { ContestedNames } from '../_components/contested-names';
import { findUserDetail, findUserSessions } from '../_components/find-user';
import { IdentityCard } from '../_components/identity-card';
import { MembershipsCard } from '../_components/memberships-card';
import { OpenAtApplications } from '../_components/open-at-applications';
import { SessionsCard } from '../_components/sessions-card';
import { SignInHeldUp } from '../_components/sign-in-held-up';
import { UserApplications } from '../_components/user-applications';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ cursor?: string | string[] }>;
}

/** Who this is, on the left; where the person has accounts, and why, on the right. */
export default async function UserPage({ params, searchParams }: Props) {
  const session = await requireSession('users.read');
  const user = await findUserDetail((await params).id);
  if (!user) notFound();
  const [memberships, sessions, open, hold, owner] = await Promise.all([
    listMemberships(user.id),
    findUserSessions(user.id),
    listOpenAtApplications(user.id),
    user.deletedAt || user.status !== 'active' ? undefined : findSignInHold(user.id),
    findOwner(user.sourceId),
  ]);
  const writable = may(session, 'users.write');
  const { cursor } = await searchParams;
  return (
    <>
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
          {open.length > 0 && <OpenAtApplications sessions={open} />}
        </div>
      </div>
    </>
  );
}
