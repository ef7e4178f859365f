'use client';

import { useRef } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Section } from '@/components/ui/card';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { type Settings, updateSettingsSchema } from '@/lib/installation/schema';
import type { StoredSettings } from '@/lib/installation/settings';
import { type Conflict, StaleNotice } from '../../../applications/_components/stale-notice';
import { updateSettingsAction } from '../actions';
import { settingSections, valueWithUnit } from './setting-fields';

const formSchema = updateSettingsSchema.omit({ version: true });

/** Every setting in one form, saved together. Overtaken by somebody else: what was typed stays until it is decided. */
export function GeneralSettings({ stored }: { stored: StoredSettings }) {
  const version = useRef(stored.version);
  const { form, submit, pending, error, clearError, fieldError } = useActionForm({
    schema: formSchema,
    defaultValues: stored.settings,
    action: (values) => updateSettingsAction({ ...values, version: version.current }),
    success: 'Settings saved',
    onSuccess: (result) => {
      version.current = result.version;
    },
  });
  const stale = error?.code === 'stale_version' ? readStale(error) : undefined;
  return (
    <form onSubmit={submit} noValidate>
      {stale ? (
        <StaleNotice
          conflicts={conflictsOf(stale.values, form.getValues())}
          onLoad={() => {
            version.current = stale.version;
            form.reset(stale.values);
            clearError();
          }}
          onKeep={() => {
            version.current = stale.version;
            clearError();
            void submit();
          }}
        />
      ) : (
        <FormError error={error} className="mb-6" />
      )}
      {settingSections.map(({ title, description, fields }) => (
        <Section key={title} title={title} description={description}>
          <FormColumn>
            {fields.map(({ name, label, unit, help }) => (
              <Field key={name} label={label} required error={fieldError(name)} help={help}>
                <Input
                  className="max-w-48"
                  inputMode="numeric"
                  autoComplete="off"
                  suffix={unit[1]}
                  {...form.register(name, { setValueAs: asNumber })}
                />
              </Field>
            ))}
          </FormColumn>
        </Section>
      ))}
      <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
    </form>
  );
}

function readStale(error: object): { version: number; values: Settings } | undefined {
  return 'details' in error ? (error.details as { version: number; values: Settings } | undefined) : undefined;
}

/** What is no number stays what was typed, and is refused as such. */
function asNumber(typed: unknown): unknown {
  return typeof typed === 'string' && /^\s*\d+([.]\d+)?\s*$/.test(typed) ? Number(typed) : typed;
}

function conflictsOf(stored: Settings, typed: Settings): Conflict[] {
  return settingSections
    .flatMap(({ fields }) => fields)
    .filter(({ name }) => stored[name] !== typed[name])
    .map((field) => ({
      name: field.label,
      stored: valueWithUnit(field, stored[field.name]),
      typed: valueWithUnit(field, typed[field.name]),
    }));
}
