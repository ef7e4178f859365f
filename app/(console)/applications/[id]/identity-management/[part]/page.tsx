import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { Section } from '@/components/ui/card';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { type IdentityManagementPart, links } from '@/lib/core/links';
import { countForeignMembers } from '@/lib/provisioning/queries/group-links';
import { countSwitchedOff } from '@/lib/provisioning/queries/switched-off';
import { connectionParts } from '@/lib/provisioning/settings';
import { loadApplication } from '../../_components/load-application';
import { loadIntegration } from '../_components/load-integration';
import { PartSettings } from '../_components/part-settings';
import { ServerProfileTable } from '../_components/server-profile';

interface Props {
  params: Promise<{ id: string; part: string }>;
}

const isPart = (part: string): part is IdentityManagementPart =>
  part !== 'connection' && Object.hasOwn(connectionParts, part);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { part } = await params;
  return { title: isPart(part) ? connectionParts[part].label : 'Not found' };
}

/** A part of the settings of an active connection. */
export default async function IdentityManagementPartPage({ params }: Props) {
  const session = await requireSession('applications.read');
  const { id, part } = await params;
  const application = await loadApplication(id);
  const { scim } = getTemplate(application.templateId);
  if (!scim || !isPart(part)) notFound();
  const integration = await loadIntegration(application.id);
  // Before it is connected, there is one thing to do.
  if (!integration || integration.status === 'inactive')
    redirect(links.application(application.id).identityManagement());
  const readOnly = !may(session, 'integration.write');
  if (part === 'server') {
    return (
      <Section
        title="What the server can do"
        description="From the template, from what the server says and has taught, or set here. The engine goes by it."
        stacked
      >
        <ServerProfileTable applicationId={application.id} integration={integration} readOnly={readOnly} />
      </Section>
    );
  }
  const [leftOut, foreign] = await Promise.all([countSwitchedOff(application.id), countForeignMembers(application.id)]);
  return (
    <PartSettings
      key={`${part} ${integration.version}`}
      applicationId={application.id}
      integration={integration}
      part={part}
      own={scim.groups.supported ? {} : { pushGroups: null, takeOverGroups: null, exactMembership: null }}
      leftOut={leftOut}
      foreign={foreign}
      readOnly={readOnly}
    />
  );
}
