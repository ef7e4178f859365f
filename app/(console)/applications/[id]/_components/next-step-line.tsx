import { ArrowRight } from 'lucide-react';
import { TextLink } from '@/components/ui/button';
import type { ApplicationDetails } from '@/lib/applications/queries';
import { getSession, may } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findNextStep } from '@/lib/sso/queries';

/** What each tab asks of whoever does it. */
const permissions = {
  sso: 'sso.write',
  bookmark: 'sso.write',
  groups: 'applications.write',
  'identity-management': 'integration.write',
} as const;

/** The next step of an application's set-up with a link to where it is done; nothing when all is done. */
export async function NextStepLine({ application }: { application: ApplicationDetails }) {
  const step = await findNextStep(application);
  if (!step) return null;
  const session = await getSession();
  const mayDo = session !== undefined && may(session, permissions[step.tab]);
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-line bg-surface px-3 py-2">
      <ArrowRight aria-hidden className="size-4 shrink-0 text-accent-text" />
      <span className="font-medium">{mayDo ? 'Next:' : 'Next, for an administrator:'}</span>
      <TextLink href={links.application(application.id).tab(step.tab)}>{step.text}</TextLink>
    </p>
  );
}
