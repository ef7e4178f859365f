'use client';

import { useRef, useState } from 'react';
import { FormProvider } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { comparedSettings, SettingFields } from '@/components/patterns/setting-fields';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Section } from '@/components/ui/card';
import { FormColumn } from '@/components/ui/field';
import {
  installationSettings,
  retentionQuerySchema,
  type Settings,
  settingSections,
  settingsValuesSchema,
} from '@/lib/settings/schema';
import type { StoredSettings } from '@/lib/settings/settings';
import { updateSettingsAction } from '../actions';
import { ConfirmShorter } from './confirm-shorter';

/** Every setting in one form, saved together. Overtaken by somebody else: what was typed stays until it is decided. */
export function GeneralSettings({ stored }: { stored: StoredSettings }) {
  const saved = useRef(stored.settings);
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: settingsValuesSchema,
    defaultValues: stored.settings,
    version: stored.version,
    fields: comparedSettings(installationSettings),
    action: (values, version) => updateSettingsAction({ ...values, version }),
    success: 'Settings saved',
    onSuccess: (_result, values) => {
      saved.current = values;
    },
    onTakeOver: (theirs: Settings) => {
      saved.current = theirs;
    },
    overwrite: (theirs: Settings) => {
      saved.current = theirs;
      void ask();
    },
  });
  const [shorter, setShorter] = useState<Partial<Settings>>({});
  const [asking, setAsking] = useState(false);
  // What deletes is asked first; the form is checked before that.
  const ask = form.handleSubmit((values) => {
    const ages = shorterAges(saved.current, values);
    setShorter(ages);
    if (Object.keys(ages).length > 0) setAsking(true);
    else void submit();
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={ask} noValidate>
        <ConflictNotice conflict={conflict} />
        <FormError error={error} className="mb-6" />
        {settingSections.map(({ title, description, settings }) => (
          <Section key={title} title={title} description={description}>
            <FormColumn>
              <SettingFields settings={settings} />
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
    </FormProvider>
  );
}

/** The ages that are shorter than what is stored: saving them deletes. */
function shorterAges(before: Settings, wanted: Settings): Partial<Settings> {
  const ages = Object.keys(retentionQuerySchema.shape) as (keyof typeof retentionQuerySchema.shape)[];
  return Object.fromEntries(ages.filter((name) => wanted[name] < before[name]).map((name) => [name, wanted[name]]));
}
