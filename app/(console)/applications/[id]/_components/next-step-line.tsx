import { ArrowRight } from 'lucide-react';
import { TextLink } from '@/components/ui/button';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import type { ApplicationDetails } from '@/lib/applications/queries';
import { nextStep } from '@/lib/sso/next-step';
import { listSsoProblems } from '@/lib/sso/queries';

/** The next step of an application's set-up with a link to where it is done; nothing when all is done. */
export async function NextStepLine({ application }: { application: ApplicationDetails }) {
  const { id, kind, ssoStatus, groupCount, assignedCount, idmStatus, templateId } = application;
  const problems = ssoStatus === 'not_configured' ? await listSsoProblems(id) : [];
  const { scim } = getTemplate(templateId);
  const step = nextStep({ kind, ssoStatus, problems, groupCount, assignedCount, idmStatus, scim });
  if (!step) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-line bg-surface px-3 py-2">
      <ArrowRight aria-hidden className="size-4 shrink-0 text-accent-text" />
      <span className="font-medium">Next:</span>
      <TextLink href={`/applications/${id}/${step.tab}`}>{step.text}</TextLink>
    </p>
  );
}
