'use client';

import { Controller } from 'react-hook-form';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { ssoSettingWords as words } from '@/lib/sso/setting-words';
import type { FieldErrors, SsoFormHandle } from './form-types';

const bindingOptions = [
  { value: 'redirect', label: 'HTTP-Redirect' },
  { value: 'post', label: 'HTTP-POST' },
];

/** Where the service provider takes logout messages; metadata fills it in. */
export function LogoutFields({ form, errors }: { form: SsoFormHandle; errors: FieldErrors }) {
  const address = (name: 'logoutUrl' | 'logoutResponseUrl') => (
    <Field label={words[name].label} optional help={words[name].help} error={errors(`settings.${name}`)}>
      <Input mono spellCheck={false} {...form.register(`settings.${name}`)} />
    </Field>
  );
  return (
    <section className="grid gap-4">
      <h3 className="font-medium text-sm">Single logout</h3>
      <div className="grid items-start gap-x-6 gap-y-5 lg:grid-cols-2">
        {address('logoutUrl')}
        {address('logoutResponseUrl')}
        <Controller
          control={form.control}
          name="settings.logoutBinding"
          render={({ field }) => (
            <Field label={words.logoutBinding.label} help={words.logoutBinding.help}>
              <Select options={bindingOptions} value={field.value ?? ''} onValueChange={field.onChange} />
            </Field>
          )}
        />
        <Controller
          control={form.control}
          name="settings.requireSignedLogout"
          render={({ field }) => (
            <SwitchField
              label={words.requireSignedLogout.label}
              help={words.requireSignedLogout.help}
              checked={field.value ?? false}
              onCheckedChange={field.onChange}
            />
          )}
        />
      </div>
    </section>
  );
}
