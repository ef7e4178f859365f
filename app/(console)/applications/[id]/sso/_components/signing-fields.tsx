'use client';

import { Controller } from 'react-hook-form';
import { CheckboxField } from '@/components/ui/checkbox';
import { Field, FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { signatureAlgorithmSchema } from '@/lib/saml/schema';
import { ssoSettingWords as words } from '@/lib/sso/setting-words';
import type { FieldErrors, SsoFormHandle } from './form-types';
import { SpCertificatesField } from './sp-certificates-field';

const algorithmOptions = signatureAlgorithmSchema.options.map((value) => ({ value, label: value.toUpperCase() }));

type Flag = 'signAssertion' | 'signResponse' | 'requireSignedRequests' | 'idpInitiated';

/** What is signed on both sides, and for how long a sign-in lasts. */
export function SigningFields({ form, errors }: { form: SsoFormHandle; errors: FieldErrors }) {
  const flag = (name: Flag, label: string, help?: string, kind: 'check' | 'switch' = 'switch') => (
    <Controller
      control={form.control}
      name={`settings.${name}`}
      render={({ field }) => {
        const Control = kind === 'check' ? CheckboxField : SwitchField;
        return (
          <Control
            label={label}
            help={help}
            checked={field.value ?? false}
            onCheckedChange={(on: boolean | 'indeterminate') => field.onChange(on === true)}
          />
        );
      }}
    />
  );
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <div className="grid content-start gap-5">
        <FieldSet legend="Sign" error={errors('settings.signAssertion')}>
          {flag('signAssertion', 'Assertion', undefined, 'check')}
          {flag('signResponse', 'Response', undefined, 'check')}
        </FieldSet>
        <Controller
          control={form.control}
          name="settings.signatureAlgorithm"
          render={({ field }) => (
            <Field label="Signature algorithm">
              <Select options={algorithmOptions} value={field.value ?? ''} onValueChange={field.onChange} />
            </Field>
          )}
        />
        <Field
          label={words.sessionMinutes.label}
          help={words.sessionMinutes.help}
          error={errors('settings.sessionMinutes')}
        >
          <Input type="number" min={5} {...form.register('settings.sessionMinutes', { valueAsNumber: true })} />
        </Field>
      </div>
      <div className="grid content-start gap-5">
        {flag('requireSignedRequests', words.requireSignedRequests.label, words.requireSignedRequests.help)}
        <SpCertificatesField form={form} error={errors('spCertificates')} />
        {flag('idpInitiated', words.idpInitiated.label, words.idpInitiated.help)}
      </div>
    </div>
  );
}
