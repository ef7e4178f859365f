'use client';

import { Controller } from 'react-hook-form';
import { Field } from '@/components/ui/field';
import { Fold } from '@/components/ui/fold';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { ssoDraftSchema } from '@/lib/applications/schema';
import { ssoSettingWords as words } from '@/lib/sso/setting-words';
import { ConditionFields } from './condition-fields';
import { ContextFields } from './context-fields';
import type { FieldErrors, SsoFormHandle } from './form-types';
import { LogoutFields } from './logout-fields';

const folded = [
  'allowedNetworks',
  'passwordMinutes',
  'audience',
  'nameIdQualifiers',
  'attributeValueTypes',
  'authnContextClass',
  'secondFactorContextClass',
  'upstreamContextClass',
  'authnContextMapping',
  'ignoreRequestedAuthnContext',
  'logoutUrl',
  'logoutResponseUrl',
  'logoutBinding',
  'requireSignedLogout',
  'notBeforeMinutes',
  'notOnOrAfterMinutes',
  'requestSkewMinutes',
  'metadataCacheHours',
  'metadataValidDays',
] as const;

const initial = ssoDraftSchema.parse({});

const qualifierOptions = [
  { value: 'by_format', label: 'As the format wants it', help: 'With persistent and transient names' },
  { value: 'always', label: 'Always' },
  { value: 'never', label: 'Never' },
];

/** What most service providers take as it is: folded away, with how much of it is not as at first. */
export function AdvancedFields({ form, errors, idpUrl }: { form: SsoFormHandle; errors: FieldErrors; idpUrl: string }) {
  const { settings, idpEntityId } = form.watch();
  const changed =
    folded.filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(initial[name])).length +
    (idpEntityId ? 1 : 0);
  const mappingError = (settings.authnContextMapping ?? []).some((_row, position) =>
    errors(`settings.authnContextMapping.${position}.requested`),
  );
  const hasError =
    mappingError || errors('idpEntityId') !== undefined || folded.some((name) => errors(`settings.${name}`));
  const minutes = (name: 'notBeforeMinutes' | 'notOnOrAfterMinutes' | 'requestSkewMinutes', unit = 'min') => (
    <NumberField form={form} errors={errors} name={name} unit={unit} />
  );
  return (
    <Fold
      title="Rarely needed"
      note={changed === 0 ? 'All as at first' : `${changed} ${changed === 1 ? 'is' : 'are'} not as at first`}
      hasError={hasError}
    >
      <ConditionFields form={form} errors={errors} />
      <Part title="Names of both sides">
        <Field
          label="IdP Entity ID"
          optional
          help="Empty: the IdP URL. What assertions and metadata say who they are from; requests still come to the IdP URL."
          error={errors('idpEntityId')}
        >
          <Input mono placeholder={idpUrl} spellCheck={false} {...form.register('idpEntityId')} />
        </Field>
        <Field label={words.audience.label} optional help={words.audience.help} error={errors('settings.audience')}>
          <Input mono spellCheck={false} {...form.register('settings.audience')} />
        </Field>
        <Controller
          control={form.control}
          name="settings.nameIdQualifiers"
          render={({ field }) => (
            <Field label={words.nameIdQualifiers.label} help={words.nameIdQualifiers.help}>
              <Select options={qualifierOptions} value={field.value ?? ''} onValueChange={field.onChange} />
            </Field>
          )}
        />
        <Controller
          control={form.control}
          name="settings.attributeValueTypes"
          render={({ field }) => (
            <SwitchField
              label={words.attributeValueTypes.label}
              help={words.attributeValueTypes.help}
              checked={field.value ?? false}
              onCheckedChange={field.onChange}
            />
          )}
        />
      </Part>
      <ContextFields form={form} errors={errors} />
      <LogoutFields form={form} errors={errors} />
      <Part title="Clocks">
        {minutes('notBeforeMinutes')}
        {minutes('notOnOrAfterMinutes')}
        {minutes('requestSkewMinutes')}
      </Part>
      <Part title="IdP metadata">
        <NumberField form={form} errors={errors} name="metadataCacheHours" unit="h" />
        <NumberField form={form} errors={errors} name="metadataValidDays" unit="days" />
      </Part>
    </Fold>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="grid gap-4">
      <h3 className="font-medium text-sm">{title}</h3>
      <div className="grid items-start gap-x-6 gap-y-5 lg:grid-cols-2">{children}</div>
    </section>
  );
}

function NumberField({
  form,
  errors,
  name,
  unit,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  name: 'notBeforeMinutes' | 'notOnOrAfterMinutes' | 'requestSkewMinutes' | 'metadataCacheHours' | 'metadataValidDays';
  unit: string;
}) {
  const { label, help } = words[name];
  return (
    <Field label={label} help={help} error={errors(`settings.${name}`)}>
      <Input type="number" min={0} suffix={unit} {...form.register(`settings.${name}`, { valueAsNumber: true })} />
    </Field>
  );
}
