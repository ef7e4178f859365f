import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { GuidePanel } from '@/components/guides/guide-panel';
import { LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { countInScope } from '@/lib/applications/association-impact';
import type { Template } from '@/lib/applications/catalogue/template-schema';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { findOpenMove, isHeldByMove } from '@/lib/applications/open-move';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import type { ApplicationDetails } from '@/lib/applications/queries';
import type { CurrentSession } from '@/lib/auth/find-session';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import type { Authorizations } from '@/lib/provisioning/authorization/queries';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { guideValues } from '@/lib/sso/queries';
import { loadApplication } from '../_components/load-application';
import { TemplateGuideSteps } from '../_components/template-guide';
import { ActiveConnection } from './_components/active-connection';
import { ConfigureConnection } from './_components/configure-connection';
import { loadAuthorizations, loadIntegration } from './_components/load-integration';

export const metadata: Metadata = { title: 'Identity Management' };

/** Identity Management: the SCIM connection of the application. */
export default async function IdentityManagementPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const template = getTemplate(application.templateId);
  if (!template.scim) notFound();
  const [integration, values, authorizations] = await Promise.all([
    loadIntegration(application.id),
    guideValues(application.id),
    loadAuthorizations(application.id),
  ]);
  if (integration && integration.status !== 'inactive') {
    return (
      <ActiveConnection
        application={{ id: application.id, displayLabel: application.displayLabel }}
        integration={integration}
        authorizations={authorizations}
        tokenLabel={template.scim.tokenLabel}
        groupsSupported={template.scim.groups.supported}
        kinds={template.scim.authentication}
        generatesPasswords={template.scim.rules.some(
          (rule) => rule.kind === 'implies' && rule.enforce && 'minLength' in rule.then,
        )}
        mayWrite={may(session, 'integration.write')}
        mayRun={may(session, 'provisioning.run')}
        mayImport={may(session, 'imports.run')}
      />
    );
  }
  if (template.scim.requiresSso && application.ssoStatus !== 'active') {
    return <SsoFirst application={application} mayWrite={may(session, 'sso.write')} />;
  }
  const section = template.guide.sections.find((candidate) => candidate.id === 'identity-management');
  const form = await configureForm(application, template.scim, integration, authorizations, values, session);
  if (!section) return form;
  return (
    <GuidePanel
      title={section.title}
      guide={<TemplateGuideSteps guide={template.guide} section="identity-management" values={values} />}
    >
      {form}
    </GuidePanel>
  );
}

async function configureForm(
  application: ApplicationDetails,
  scim: NonNullable<Template['scim']>,
  integration: IntegrationState | undefined,
  authorizations: Authorizations,
  values: Record<string, string>,
  session: CurrentSession,
) {
  const move = await findOpenMove(application.id);
  return (
    <ConfigureConnection
      key={application.id}
      applicationId={application.id}
      appName={application.displayLabel}
      earlier={
        integration?.activatedAt ? { baseUrl: integration.baseUrl, manageGroups: integration.manageGroups } : null
      }
      choices={scim.baseUrlPatterns.map(({ label, pattern, help }) => {
        const { text, missing } = resolvePlaceholders(pattern, values);
        return { label, help, url: text, missing };
      })}
      tokenLabel={scim.tokenLabel}
      tokenHelp={scim.tokenHelp}
      // Of settings that were copied, before anybody has connected it.
      groups={integration ? { ...scim.groups, manageByDefault: integration.manageGroups } : scim.groups}
      beginsPaused={move !== undefined && isHeldByMove(move)}
      peopleInScope={await countInScope(application.id, 'accounts')}
      kinds={scim.authentication}
      authorizations={authorizations}
      mayWrite={may(session, 'integration.write')}
    />
  );
}

function SsoFirst({ application, mayWrite }: { application: ApplicationDetails; mayWrite: boolean }) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        title="SSO comes first"
        action={
          <LinkButton variant="primary" href={links.application(application.id).sso()}>
            {mayWrite ? 'Go to the SSO tab' : 'See the SSO tab'}
          </LinkButton>
        }
      >
        SSO must be configured for {application.displayLabel} before you create an Identity Management integration.{' '}
        {mayWrite ? 'Complete and activate it, then come back.' : 'An administrator completes and activates it.'}
      </EmptyState>
    </div>
  );
}
