'use client';

import { Controller } from 'react-hook-form';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { nameIdFormats } from '@/lib/saml/schema';
import type { FieldErrors, SsoFormHandle } from './form-types';
import { withStored } from './source-fields';

const formatOptions = Object.entries(nameIdFormats).map(([label, value]) => ({ value, label, help: value }));
const kindOptions = [
  { value: 'property', label: 'Property' },
  { value: 'expression', label: 'Expression' },
];

/** Source and format of the NameID. */
export function NameIdFields({ form, errors }: { form: SsoFormHandle; errors: FieldErrors }) {
  const kind = form.watch('settings.nameIdSource.kind');
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <div className="grid grid-cols-[130px_1fr] items-start gap-2">
        <Controller
          control={form.control}
          name="settings.nameIdSource.kind"
          render={({ field }) => (
            <Field label="Made from">
              <Select
                options={kindOptions}
                value={field.value}
                onValueChange={(value) => {
                  field.onChange(value);
                  form.setValue('settings.nameIdSource.source', value === 'property' ? 'applicationUsername' : '', {
                    shouldDirty: true,
                  });
                }}
              />
            </Field>
          )}
        />
        {kind === 'expression' ? (
          <Field label="Expression" error={errors('settings.nameIdSource.source')}>
            <Input mono spellCheck={false} {...form.register('settings.nameIdSource.source')} />
          </Field>
        ) : (
          <Controller
            control={form.control}
            name="settings.nameIdSource.source"
            render={({ field }) => (
              <Field
                label="Source"
                help="The application username agrees with SCIM userName."
                error={errors('settings.nameIdSource.source')}
              >
                <Select options={withStored(field.value)} value={field.value} onValueChange={field.onChange} />
              </Field>
            )}
          />
        )}
      </div>
      <Controller
        control={form.control}
        name="settings.nameIdFormat"
        render={({ field }) => (
          <Field label="NameID format" error={errors('settings.nameIdFormat')}>
            <Select options={formatOptions} value={field.value ?? ''} onValueChange={field.onChange} />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="settings.nameIdFormatForced"
        render={({ field }) => (
          <SwitchField
            label="Always answer in this format"
            help="Off: a request for another format is refused, as SAML says."
            checked={field.value ?? false}
            onCheckedChange={field.onChange}
          />
        )}
      />
    </div>
  );
}
