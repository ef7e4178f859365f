import type { Metadata } from 'next';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { DescriptionList } from '@/components/ui/table';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { generalSettings } from '@/lib/applications/settings';
import { findTwins } from '@/lib/applications/twins';
import { may, requireSession } from '@/lib/auth/session';
import { pickSettings } from '@/lib/core/setting';
import { idpAddresses } from '@/lib/sso/addresses';
import { TwinsNotice } from '../../_components/twins-notice';
import { loadApplication } from '../_components/load-application';
import { DeleteThisApplication } from './_components/delete-this-application';
import { GeneralForms } from './_components/general-forms';

export const metadata: Metadata = { title: 'General Info' };

/** General Info: how the application is shown, and what cannot be changed. */
export default async function GeneralPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const { id, version, displayLabel } = application;
  const template = getTemplate(application.templateId);
  const readOnly = !may(session, 'applications.write');
  const twins = await findTwins(application);
  return (
    <div className="grid gap-8">
      {readOnly && <ReadOnlyNote />}
      {twins.length > 0 && (
        <div className="max-w-[640px]">
          <TwinsNotice twins={twins} />
        </div>
      )}
      <GeneralForms
        key={id}
        application={{ id, version, ...pickSettings(generalSettings, application) }}
        templateColor={template.logo.color}
        usernameFormat={application.kind === 'saml' ? application.usernameFormat : undefined}
        readOnly={readOnly}
      />
      <DescriptionList
        items={[
          { label: 'Template', value: `${template.name}, version ${application.templateVersion}` },
          ...(application.kind === 'saml'
            ? [
                {
                  label: 'SSO IdP URL',
                  value: `${idpAddresses(application.slug, null).idpUrl} (not editable)`,
                  mono: true,
                },
              ]
            : []),
          { label: 'Created', value: `${application.createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
          { label: 'Application ID', value: id, mono: true },
        ]}
      />
      {!readOnly && <DeleteThisApplication id={id} displayLabel={displayLabel} />}
    </div>
  );
}
