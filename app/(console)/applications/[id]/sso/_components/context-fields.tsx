'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { Controller, useFieldArray } from 'react-hook-form';
import { Button, IconButton } from '@/components/ui/button';
import { Field, FieldError, FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { authnContextClasses, otherContextClasses } from '@/lib/saml/schema';
import { ssoSettingWords as words } from '@/lib/sso/setting-words';
import type { FieldErrors, SsoFormHandle } from './form-types';

const known = [...Object.values(authnContextClasses), ...Object.values(otherContextClasses)];
const methodOptions = [
  { value: 'password', label: 'A password' },
  { value: 'second_factor', label: 'A second factor' },
  { value: 'upstream', label: 'Another identity provider' },
];

/** What an assertion says of how somebody signed in, and what requests for it are satisfied by. */
export function ContextFields({ form, errors }: { form: SsoFormHandle; errors: FieldErrors }) {
  const listId = useId();
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'settings.authnContextMapping' });
  const stated = (name: 'authnContextClass' | 'secondFactorContextClass' | 'upstreamContextClass') => (
    <Field label={words[name].label} help={words[name].help} error={errors(`settings.${name}`)}>
      <Input mono spellCheck={false} list={listId} {...form.register(`settings.${name}`)} />
    </Field>
  );
  return (
    <section className="grid gap-4">
      <h3 className="font-medium text-sm">Authentication context</h3>
      <datalist id={listId}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className="grid items-start gap-x-6 gap-y-5 lg:grid-cols-2">
        <div className="grid gap-5">
          {stated('authnContextClass')}
          {stated('secondFactorContextClass')}
          {stated('upstreamContextClass')}
        </div>
        <div className="grid gap-5">
          <FieldSet legend={words.authnContextMapping.label}>
            <p className="text-muted text-xs">{words.authnContextMapping.help}</p>
            {fields.map((row, position) => {
              const error = errors(`settings.authnContextMapping.${position}.requested`);
              return (
                <div key={row.id} className="grid gap-1">
                  <div className="grid grid-cols-[1fr_auto] gap-2 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_auto]">
                    <Input
                      aria-label={`Requested class ${position + 1}`}
                      mono
                      spellCheck={false}
                      list={listId}
                      aria-invalid={error ? true : undefined}
                      {...form.register(`settings.authnContextMapping.${position}.requested`)}
                    />
                    <IconButton
                      label={`Remove requested class ${position + 1}`}
                      onClick={() => remove(position)}
                      className="sm:order-last"
                    >
                      <Trash2 aria-hidden />
                    </IconButton>
                    <Controller
                      control={form.control}
                      name={`settings.authnContextMapping.${position}.satisfiedBy`}
                      render={({ field }) => (
                        <Select
                          aria-label={`What satisfies requested class ${position + 1}`}
                          options={methodOptions}
                          value={field.value}
                          onValueChange={field.onChange}
                        />
                      )}
                    />
                  </div>
                  {error && <FieldError>{error}</FieldError>}
                </div>
              );
            })}
            <Button
              size="sm"
              className="justify-self-start"
              onClick={() => append({ requested: '', satisfiedBy: 'password' })}
            >
              <Plus aria-hidden /> Add class
            </Button>
          </FieldSet>
          <Controller
            control={form.control}
            name="settings.ignoreRequestedAuthnContext"
            render={({ field }) => (
              <SwitchField
                label={words.ignoreRequestedAuthnContext.label}
                help={words.ignoreRequestedAuthnContext.help}
                checked={field.value ?? false}
                onCheckedChange={field.onChange}
              />
            )}
          />
        </div>
      </div>
    </section>
  );
}
