import type { Metadata } from 'next';
import { LinkButton } from '@/components/ui/button';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listSessions } from '@/lib/directory/queries';
import { OwnSessions } from './_components/own-sessions';
import { PasswordForm } from './_components/password-form';

export const metadata: Metadata = { title: 'Your account' };

/** One's own account: where one is signed in, and the password. For every role. */
export default async function AccountPage() {
  const { user, sessionId } = await requireSession('account.self');
  const sessions = await listSessions(user.id);
  return (
    <div className="grid gap-8">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">{user.displayName}</h1>
        <p className="text-muted">
          {user.username} · {user.email}
        </p>
      </div>
      <OwnSessions sessions={sessions} current={sessionId} />
      <PasswordForm username={user.username} />
      <LinkButton href={user.role === 'user' ? links.portal() : '/'}>Back</LinkButton>
    </div>
  );
}
