import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { safeCallbackPath } from '@/lib/auth/callback-url';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { OwnPasswordForm } from './own-password-form';

export const metadata: Metadata = { title: 'Choose your own password' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Where everything leads somebody whose password was made by somebody else; for others, their account has a form. */
export default async function ChangePasswordPage({ searchParams }: Props) {
  const { user, mustChangePassword } = await requireSession('account.password');
  const { callbackUrl } = await searchParams;
  const callback = safeCallbackPath(typeof callbackUrl === 'string' ? callbackUrl : undefined);
  if (!mustChangePassword) redirect(callback ?? links.account());
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">Choose your own password</h1>
        <p className="text-muted">
          The password of <span className="font-medium text-ink">{user.username}</span> was made for you, so others may
          have seen it. Everything else opens after you have chosen a new one.
        </p>
      </div>
      <OwnPasswordForm username={user.username} next={callback ?? (user.role === 'user' ? links.portal() : '/')} />
    </div>
  );
}
