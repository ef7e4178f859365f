import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { safeCallbackPath } from '@/lib/auth/callback-url';
import { getSession, getUnfinishedLogout } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/**
 * A session that was ended without this browser is first ended at the applications, too. Signed in already: on to where one was going, unless the password is asked for again (`prompt=login`).
 */
export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, prompt, identifier } = await searchParams;
  const callback = safeCallbackPath(typeof callbackUrl === 'string' ? callbackUrl : undefined);
  const session = await getSession();
  const logout = session ? undefined : await getUnfinishedLogout(callback);
  if (logout) redirect(logout);
  const next = callback ?? (session?.user.role === 'user' ? links.portal() : '/');
  if (session?.mustChangePassword) redirect(`/change-password?callbackUrl=${encodeURIComponent(next)}`);
  if (session && prompt !== 'login') redirect(next);
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">{session ? 'Confirm that it is you' : 'Sign in'}</h1>
        {session && <p className="text-muted">The application asks for your password again before it lets you in.</p>}
      </div>
      <SignInForm
        next={callback ?? '/sign-in'}
        {...(session ? { identifier: session.user.email, again: true } : asked(identifier))}
      />
    </div>
  );
}

/** Whom an application asks to sign in: filled in, and free to be changed. */
function asked(identifier: string | string[] | undefined): { identifier?: string } {
  return typeof identifier === 'string' && identifier.length <= 254 ? { identifier } : {};
}
