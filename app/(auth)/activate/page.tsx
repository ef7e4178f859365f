import type { Metadata } from 'next';
import { findActivation } from '@/lib/directory/redeem-activation-link';
import { ActivateForm } from './activate-form';
import { DeadLink } from './dead-link';

// The address holds the secret: it goes to no other site.
export const metadata: Metadata = { title: 'Choose your password', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Opening the page uses nothing up, because mail scanners open links; sending the form does. */
export default async function ActivatePage({ searchParams }: Props) {
  const { token } = await searchParams;
  if (typeof token !== 'string') return <DeadLink state="unknown" />;
  const link = await findActivation(token);
  if (link.state !== 'open') return <DeadLink state={link.state} />;
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">{link.first ? `Welcome, ${link.firstname}` : 'Choose a new password'}</h1>
        <p className="text-muted">
          {link.first ? 'Choose a password for ' : 'It replaces the present one of '}
          <span className="font-medium text-ink">{link.username}</span>
          {!link.first && ', and ends every session'}.
        </p>
      </div>
      <ActivateForm token={token} username={link.username} />
    </div>
  );
}
