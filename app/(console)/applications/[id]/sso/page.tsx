import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { findTwins } from '@/lib/applications/twins';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import { countFailedSignIns } from '@/lib/sso/failed-sign-ins/queries';
import { getSsoTab } from '@/lib/sso/queries';
import { TwinsNotice } from '../../_components/twins-notice';
import { loadApplication } from '../_components/load-application';
import { CertificateMenu } from './_components/certificate-menu';
import { GiveColumn } from './_components/give-column';
import { SignInTools } from './_components/sign-in-tools';
import { SsoForm } from './_components/sso-form';

export const metadata: Metadata = { title: 'SSO' };

/** SSO: what the service provider is given, what it says, and its set-up guide. */
export default async function SsoPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  if (application.kind !== 'saml') notFound();
  const [tab, twins, failed, customAttributes] = await Promise.all([
    getSsoTab(application.id),
    findTwins(application),
    countFailedSignIns(application.id),
    listNamedAttributes(),
  ]);
  const template = getTemplate(application.templateId);
  const form = (
    <SsoForm
      key={application.id}
      appName={template.id === 'custom-saml' ? application.displayLabel : template.name}
      tab={tab}
      customAttributes={customAttributes}
      placeholders={template.placeholders}
      guide={template.guide}
      readOnly={!may(session, 'sso.write')}
      give={
        <GiveColumn addresses={tab.addresses}>
          <CertificateMenu
            applicationId={application.id}
            appName={application.displayLabel}
            certificates={tab.idpCertificates}
            metadataReadAt={tab.metadataReadAt}
            readOnly={!may(session, 'sso.write')}
            certificateUrl={`/saml2/${application.slug}/certificate.pem`}
            now={now()}
          />
        </GiveColumn>
      }
    />
  );
  const sameInstance = twins.filter((twin) => twin.sameInstance);
  return (
    <div className="grid gap-4">
      {sameInstance.length > 0 && <TwinsNotice twins={sameInstance} />}
      <SignInTools applicationId={application.id} failed={failed} />
      {form}
    </div>
  );
}
