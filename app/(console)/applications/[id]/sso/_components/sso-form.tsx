'use client';

import { type ReactNode, useState } from 'react';
import { GuidePanel } from '@/components/guides/guide-panel';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Card } from '@/components/ui/card';
import { toast } from '@/components/ui/toast';
import type { TemplateGuide, TemplatePlaceholder } from '@/lib/applications/catalogue/template-schema';
import { resolvePlaceholders } from '@/lib/applications/placeholders';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import type { SsoTab } from '@/lib/sso/queries';
import type { SsoValues } from '@/lib/sso/schema';
import { TemplateGuideSteps } from '../../_components/template-guide';
import { saveSsoAction } from '../actions';
import { ActivationSection } from './activation-section';
import { AdvancedFields } from './advanced-fields';
import { AttributesFields } from './attributes-fields';
import { comparedSettings } from './compared-settings';
import { EncryptionFields } from './encryption-fields';
import { type FieldErrors, formValues, settingsToSave, ssoFormSchema } from './form-types';
import { MetadataLine } from './metadata-line';
import { NameIdFields } from './name-id-fields';
import { ServiceProviderFields } from './service-provider-fields';
import { SigningFields } from './signing-fields';
import { StateNotice } from './state-notice';

/** The SSO tab: two columns and the guide. One form, one Save. */
export function SsoForm({
  appName,
  tab,
  customAttributes,
  placeholders,
  guide,
  readOnly,
  give,
}: {
  appName: string;
  tab: SsoTab;
  customAttributes: readonly NamedAttribute[];
  placeholders: readonly TemplatePlaceholder[];
  guide: TemplateGuide;
  readOnly: boolean;
  /** Give these to the service provider. */
  give: ReactNode;
}) {
  const [activation, setActivation] = useState<SsoValues['activation']>('keep');
  const { form, submit, pending, error, conflict, clearError, fieldError } = useVersionedForm({
    schema: ssoFormSchema,
    defaultValues: formValues(tab, placeholders),
    version: tab.version,
    fields: comparedSettings,
    toStored: ({ settings }) => settingsToSave(settings),
    action: ({ spCertificates, ...values }, version) =>
      saveSsoAction({
        ...values,
        settings: settingsToSave(values.settings),
        spCertificates: spCertificates.map(({ certificate }) => certificate),
        applicationId: tab.applicationId,
        version,
        activation,
      }),
    onSuccess: (saved) => {
      setActivation('keep');
      if (saved.ssoStatus === 'active') toast.success('Saved. SSO is active.');
      else if (saved.ssoStatus === 'inactive') toast.success('Saved. SSO is deactivated.');
      else toast.warning('Saved, but SSO is not active yet.', { description: saved.problems[0]?.message });
    },
  });
  const values = form.watch();
  const typed = Object.fromEntries(Object.entries(values.placeholders ?? {}).filter(([, value]) => value));
  const tried = form.formState.submitCount > 0;
  const errors: FieldErrors = (path) =>
    fieldError(path as Parameters<typeof fieldError>[0]) ??
    (tried ? tab.problems.find((problem) => problem.field === path)?.message : undefined);
  const resolve = (text: string) => resolvePlaceholders(text, typed).text;
  const certificate = tab.idpCertificate.certificate;
  const guideValues = { ...typed, ...addressValues(tab), certificate };
  return (
    <GuidePanel
      title={`Set up ${appName}`}
      guide={
        <TemplateGuideSteps
          guide={guide}
          section="sso"
          values={guideValues}
          certificateUrl={tab.addresses.certificateUrl}
        />
      }
    >
      <form onSubmit={submit} noValidate className="grid gap-6">
        {readOnly && <ReadOnlyNote />}
        <StateNotice status={tab.ssoStatus} problems={tab.problems} warning={guide.activationWarning} />
        {/* Certificates and placeholders are not told with the refusal: they come with the page. */}
        <ConflictNotice conflict={conflict && { ...conflict, takeOver: () => window.location.reload() }} />
        <FormError error={error} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <Card title={`Give these to ${appName}`} className="min-w-0">
            {give}
          </Card>
          <Card title={`Get these from ${appName}`} className="min-w-0">
            <fieldset disabled={readOnly} className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
              <ServiceProviderFields
                form={form}
                errors={errors}
                placeholders={placeholders}
                resolve={resolve}
                appName={appName}
                metadataLine={<MetadataLine applicationId={tab.applicationId} source={tab.metadataSource} />}
              />
            </fieldset>
          </Card>
        </div>
        <fieldset disabled={readOnly} className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-6">
          <Card title="SAMLSubject NameID">
            <NameIdFields
              form={form}
              errors={errors}
              customAttributes={customAttributes}
              stored={{ ...tab.settings, active: tab.ssoStatus === 'active' }}
            />
          </Card>
          <Card title="Attributes" description="What the assertion says of the person besides the NameID.">
            <AttributesFields form={form} errors={errors} customAttributes={customAttributes} />
          </Card>
          <Card title="Signing and sessions">
            <SigningFields form={form} errors={errors} />
          </Card>
          <Card
            title="Encryption"
            description={`Only where ${appName} asks for it: what is signed travels over TLS as it is.`}
          >
            <EncryptionFields form={form} errors={errors} stored={tab.encryptionCertificate} />
          </Card>
          <AdvancedFields form={form} errors={errors} idpUrl={tab.addresses.idpUrl} />
          {!readOnly && (
            <ActivationSection status={tab.ssoStatus} appName={appName} value={activation} onChange={setActivation} />
          )}
        </fieldset>
        <SaveBar
          dirty={form.formState.isDirty || activation !== 'keep'}
          pending={pending}
          note={noteFor(activation, tab)}
          onDiscard={() => {
            form.reset();
            setActivation('keep');
            clearError();
          }}
        />
      </form>
    </GuidePanel>
  );
}

function addressValues({ addresses }: SsoTab): Record<string, string> {
  const { idpUrl, idpEntityId, metadataUrl, logoutUrl } = addresses;
  return { idpUrl, idpEntityId, metadataUrl, logoutUrl };
}

function noteFor(activation: SsoValues['activation'], tab: SsoTab): string {
  if (activation === 'deactivate') return 'SSO will be deactivated: nobody can sign in through Latchkey';
  if (activation === 'activate') return 'SSO will be activated';
  if (tab.ssoStatus === 'not_configured') return 'Saving complete settings activates SSO';
  return 'Unsaved changes';
}
