import type { Metadata } from 'next';
import { LinkButton } from '@/components/ui/button';
import { findActivation } from '@/lib/directory/redeem-activation-link';
import { ActivateForm } from './activate-form';

// The address holds the secret: it goes to no other site.
export const metadata: Metadata = { title: 'Choose your password', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Opening the page uses nothing up, because mail scanners open links; sending the form does. */
export default async function ActivatePage({ searchParams }: Props) {
  const { token } = await searchParams;
  const person = typeof token === 'string' ? await findActivation(token) : undefined;
  if (!person || typeof token !== 'string') {
    return (
      <div className="grid gap-4">
        <h1 className="font-semibold text-lg">This link does not work any more</h1>
        <p className="text-muted">
          It was already used, was replaced by a newer one, or is older than seven days. Ask an administrator for a new
          link. If you have chosen a password already, sign in with it.
        </p>
        <LinkButton href="/sign-in" variant="primary">
          Go to sign-in
        </LinkButton>
      </div>
    );
  }
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">Welcome, {person.firstname}</h1>
        <p className="text-muted">
          Choose a password for <span className="font-medium text-ink">{person.username}</span>.
        </p>
      </div>
      <ActivateForm token={token} username={person.username} />
    </div>
  );
}
