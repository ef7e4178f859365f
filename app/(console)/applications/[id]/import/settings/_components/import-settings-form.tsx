'use client';

import { FormProvider } from 'react-hook-form';
import type { z } from 'zod';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { inWords } from '@/lib/core/setting';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import { scheduleSettings } from '@/lib/imports/schedule-settings';
import { type ImportSettings, importSettingsSchema } from '@/lib/imports/settings-schema';
import { takenLabel } from '@/lib/imports/taken-attributes';
import { updateImportSettingsAction } from '../../actions';
import { AutoConfirm } from './auto-confirm';
import { MatchingRules } from './matching-rules';
import { ScheduleFields } from './schedule-fields';
import { TakenTable } from './taken-table';

type Form = z.input<typeof importSettingsSchema>;

/** How accounts are matched and what people take of them, saved together. */
export function ImportSettingsForm(props: {
  applicationId: string;
  version: number;
  settings: ImportSettings;
  /** Attributes that the application is known to have. */
  paths: readonly string[];
  customAttributes: readonly NamedAttribute[];
  readOnly: boolean;
}) {
  const { applicationId, version, settings, paths, customAttributes, readOnly } = props;
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: importSettingsSchema,
    defaultValues: settings,
    version,
    fields: {
      matching: { label: 'Matching', say: (stored) => sayMatching(stored as ImportSettings['matching']) },
      schedule: { label: 'Import by itself', say: (stored) => saySchedule(stored as ImportSettings['schedule']) },
      mappings: {
        label: 'What people take',
        say: (stored) => sayTaken(stored as ImportSettings['mappings'], customAttributes),
      },
    },
    action: (values, known) => updateImportSettingsAction({ ...values, applicationId, version: known }),
    success: 'Import settings saved',
  });
  const values = form.watch() as Form;
  const { matching, mappings } = importSettingsSchema.safeParse(values).data ?? (values as ImportSettings);
  const set = <Name extends keyof Form>(name: Name, value: Form[Name]) =>
    form.setValue(name, value as never, { shouldDirty: true });
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <ConflictNotice conflict={conflict} />
      <FormError error={error ?? problemOf(values)} />
      <MatchingRules matching={matching} paths={paths} readOnly={readOnly} onChange={(next) => set('matching', next)} />
      <AutoConfirm matching={matching} readOnly={readOnly} onChange={(next) => set('matching', next)} />
      <FormProvider {...form}>
        <ScheduleFields readOnly={readOnly} />
      </FormProvider>
      <TakenTable
        applicationId={applicationId}
        mappings={mappings}
        customAttributes={customAttributes}
        readOnly={readOnly}
        onChange={(next) => set('mappings', next)}
      />
      {!readOnly && <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />}
    </form>
  );
}

const sayMatching = ({ rules, autoConfirm }: ImportSettings['matching']) =>
  [...rules.map(({ by }) => by.join(' and ')), ...autoConfirm.map((kind) => `without review: ${kind}`)].join('; ');
const saySchedule = (schedule: ImportSettings['schedule']) =>
  Object.entries(scheduleSettings)
    .map(([name, setting]) => inWords(setting, schedule[name as keyof typeof schedule]))
    .join('; ');
const sayTaken = (mappings: ImportSettings['mappings'], custom: readonly NamedAttribute[]) =>
  mappings.map(({ attribute, source }) => `${takenLabel(attribute, custom)} from ${source}`).join('; ');

/** What a browser can say already, in the words of the schema. */
function problemOf(values: Form) {
  const [issue] = importSettingsSchema.safeParse(values).error?.issues ?? [];
  return issue && { code: 'invalid_input' as const, message: issue.message };
}
