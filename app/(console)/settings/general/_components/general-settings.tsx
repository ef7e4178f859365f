'use client';

import { useRef, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Section } from '@/components/ui/card';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { retentionQuerySchema, type Settings, settingsValuesSchema } from '@/lib/settings/schema';
import type { StoredSettings } from '@/lib/settings/settings';
import { type Conflict, StaleNotice } from '../../../applications/_components/stale-notice';
import { updateSettingsAction } from '../actions';
import { ConfirmShorter } from './confirm-shorter';
import { settingSections, valueWithUnit } from './setting-fields';

/** Every setting in one form, saved together. Overtaken by somebody else: what was typed stays until it is decided. */
export function GeneralSettings({ stored }: { stored: StoredSettings }) {
  const version = useRef(stored.version);
  const saved = useRef(stored.settings);
  const { form, submit, pending, error, clearError, fieldError } = useActionForm({
    schema: settingsValuesSchema,
    defaultValues: stored.settings,
    action: (values) => updateSettingsAction({ ...values, version: version.current }),
    success: 'Settings saved',
    onSuccess: (result, values) => {
      version.current = result.version;
      saved.current = values;
    },
  });
  const [shorter, setShorter] = useState<Partial<Settings>>({});
  const [asking, setAsking] = useState(false);
  const stale = error?.code === 'stale_version' ? readStale(error) : undefined;
  // What deletes is asked first; the form is checked before that.
  const ask = form.handleSubmit((values) => {
    const ages = shorterAges(saved.current, values);
    setShorter(ages);
    if (Object.keys(ages).length > 0) setAsking(true);
    else void submit();
  });
  return (
    <form onSubmit={ask} noValidate>
      {stale ? (
        <StaleNotice
          conflicts={conflictsOf(stale.values, form.getValues())}
          onLoad={() => {
            version.current = stale.version;
            saved.current = stale.values;
            form.reset(stale.values);
            clearError();
          }}
          onKeep={() => {
            version.current = stale.version;
            saved.current = stale.values;
            clearError();
            void ask();
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
      <ConfirmShorter
        wanted={shorter}
        open={asking}
        onOpenChange={setAsking}
        pending={pending}
        onConfirm={() => void submit().finally(() => setAsking(false))}
      />
    </form>
  );
}

/** The ages that are shorter than what is stored: saving them deletes. */
function shorterAges(before: Settings, wanted: Settings): Partial<Settings> {
  const ages = Object.keys(retentionQuerySchema.shape) as (keyof typeof retentionQuerySchema.shape)[];
  return Object.fromEntries(ages.filter((name) => wanted[name] < before[name]).map((name) => [name, wanted[name]]));
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
