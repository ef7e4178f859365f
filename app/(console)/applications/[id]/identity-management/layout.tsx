import type { ReactNode } from 'react';
import { PartList } from '@/components/patterns/part-list';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { type IdentityManagementPart, links } from '@/lib/core/links';
import { countMissing, listMissing } from '@/lib/provisioning/queries/missing';
import { connectionParts } from '@/lib/provisioning/settings';
import { loadApplication } from '../_components/load-application';
import { HeldCallout, type Missing } from './_components/held-callout';
import { loadAuthorizations, loadIntegration } from './_components/load-integration';
import { StateCallout } from './_components/state-callout';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

/** What all parts of an active connection have: how it is, and the list of them. */
export default async function IdentityManagementLayout({ params, children }: Props) {
  const session = await requireSession('applications.read');
  const { id, displayLabel, templateId } = await loadApplication((await params).id);
  const integration = await loadIntegration(id);
  const { scim } = getTemplate(templateId);
  if (!scim || !integration || integration.status === 'inactive') return children;
  const common = {
    application: { id, displayLabel },
    integration,
    mayWrite: may(session, 'integration.write'),
    mayRun: may(session, 'provisioning.run'),
  };
  return (
    <div className="grid gap-6">
      {!common.mayWrite && <ReadOnlyNote what="the connection and its settings" />}
      {integration.heldAt ? (
        <HeldCallout {...common} missing={await missingIn(id)} />
      ) : (
        <StateCallout
          {...common}
          kinds={scim.authentication}
          tokenLabel={scim.tokenLabel}
          authorizations={await loadAuthorizations(id)}
        />
      )}
      <div className="grid items-start gap-x-8 gap-y-5 lg:grid-cols-[176px_minmax(0,1fr)]">
        <PartList
          label="Identity Management"
          parts={(Object.keys(connectionParts) as IdentityManagementPart[]).map((part) => ({
            href: links.application(id).identityManagement(part),
            label: connectionParts[part].label,
          }))}
        />
        <div className="@container min-w-0">{children}</div>
      </div>
    </div>
  );
}

/** As many as are shown. */
async function missingIn(applicationId: string): Promise<Missing> {
  const [{ items }, total] = await Promise.all([listMissing(applicationId, {}, 100), countMissing(applicationId)]);
  return { items, total };
}
