'use client';

import { Controller } from 'react-hook-form';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Textarea } from '@/components/ui/textarea';
import { ssoSettingWords as words } from '@/lib/sso/setting-words';
import type { FieldErrors, SsoFormHandle } from './form-types';

/** What has to hold of a sign-in, beside who may use the application. */
export function ConditionFields({ form, errors }: { form: SsoFormHandle; errors: FieldErrors }) {
  return (
    <section className="grid gap-4">
      <h3 className="font-medium text-sm">Conditions of a sign-in</h3>
      <div className="grid items-start gap-x-6 gap-y-5 lg:grid-cols-2">
        <Controller
          control={form.control}
          name="settings.allowedNetworks"
          render={({ field }) => (
            <Field
              label={words.allowedNetworks.label}
              optional
              help={`${words.allowedNetworks.help} One a line.`}
              error={errors('settings.allowedNetworks')}
            >
              <Textarea
                mono
                spellCheck={false}
                placeholder={'192.0.2.0/24\n2001:db8::/32'}
                value={(field.value ?? []).join('\n')}
                onChange={({ target: { value } }) => field.onChange(value === '' ? [] : value.split('\n'))}
                onBlur={() => {
                  const typed = (field.value ?? []).flatMap((line) => line.split(/[\s,]+/)).filter(Boolean);
                  if (typed.join('\n') !== (field.value ?? []).join('\n')) field.onChange(typed);
                  field.onBlur();
                }}
                ref={field.ref}
              />
            </Field>
          )}
        />
        <Field
          label={words.passwordMinutes.label}
          optional
          help={words.passwordMinutes.help}
          error={errors('settings.passwordMinutes')}
        >
          <Input
            type="number"
            min={1}
            max={1440}
            suffix="min"
            {...form.register('settings.passwordMinutes', { setValueAs: asMinutes })}
          />
        </Field>
      </div>
    </section>
  );
}

/** An empty field: never. */
function asMinutes(typed: unknown): number | null {
  return typed === '' || typed === null || typed === undefined ? null : Number(typed);
}
