import type { Metadata } from 'next';
import { LinkButton } from '@/components/ui/button';
import { ToneIcon } from '@/components/ui/status';
import { describeLogout, type LoggedOut } from '@/lib/sso/logout/queries';

export const metadata: Metadata = { title: 'Signed out', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** At the end of signing out: of which applications, of which not, and what to do about those. */
export default async function SignedOutPage({ searchParams }: Props) {
  const { logout } = await searchParams;
  const view = typeof logout === 'string' ? await describeLogout(logout) : undefined;
  const applications = view?.applications ?? [];
  const open = applications.filter(({ problem }) => problem);
  const signIn = view?.returnTo ? `/sign-in?${new URLSearchParams({ callbackUrl: view.returnTo })}` : '/sign-in';
  return (
    <div className="grid gap-5">
      <div className="grid gap-1">
        <h1 className="font-semibold text-lg">
          {open.length > 0 ? 'You are signed out here, but not everywhere' : 'You are signed out'}
        </h1>
        <p className="text-muted">
          {open.length > 0
            ? 'Where it says so below, sign out in the application itself. On a computer that others use, close the browser as well.'
            : applications.length > 0
              ? 'Latchkey and the applications that you opened from it have ended your session.'
              : 'Latchkey has ended your session.'}
        </p>
      </div>
      {applications.length > 0 && (
        <ul aria-label="Applications" className="grid divide-y divide-line rounded-lg border border-line">
          {applications.map((application) => (
            <ApplicationLine key={application.id} {...application} />
          ))}
        </ul>
      )}
      <LinkButton href={signIn} variant={open.length > 0 ? 'secondary' : 'primary'} size="lg">
        Sign in again
      </LinkButton>
      {view && open.length > 0 && (
        <p className="text-muted text-xs">
          Reference <code className="font-mono">{view.reference}</code>, for whoever helps you.
        </p>
      )}
    </div>
  );
}

function ApplicationLine({ application, problem, endsAt }: LoggedOut) {
  return (
    <li className="flex items-start gap-2.5 px-3 py-2">
      <ToneIcon tone={problem ? 'attention' : 'ok'} className="mt-0.5" />
      <div className="grid min-w-0">
        <span className="break-words">{application}</span>
        <span className="text-muted text-xs">
          {problem ? `Not signed out. ${problem}${endsAt ? ` ${endOf(endsAt)}` : ''}` : 'Signed out'}
        </span>
      </div>
    </li>
  );
}

/** In UTC: nobody is signed in, whose time zone would be known. */
function endOf(endsAt: Date): string {
  return `It ends at ${endsAt.toISOString().slice(11, 16)} UTC at the latest.`;
}
