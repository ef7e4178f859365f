'use client';

import type { RefObject } from 'react';
import { Controller } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SwitchField } from '@/components/ui/switch';
import { Textarea } from '@/components/ui/textarea';
import { type UpdateApplicationInput, updateApplicationSchema } from '@/lib/applications/schema';
import { PortalImageField } from '../../../_components/portal-image-field';
import { type Conflict, StaleNotice } from '../../../_components/stale-notice';
import { updateApplicationAction } from '../actions';

const labels: Partial<Record<keyof UpdateApplicationInput, string>> = {
  displayLabel: 'Display Label',
  description: 'Description',
  showInPortal: 'Show in User Portal',
  logoColor: 'Color',
  logoImage: 'Logo',
};

/** Display label, description, image, and whether the tile is shown. */
export function GeneralForm({
  application,
  version,
  templateColor,
  readOnly,
}: {
  application: UpdateApplicationInput;
  version: RefObject<number>;
  templateColor: string;
  readOnly: boolean;
}) {
  const { form, submit, pending, error, clearError, fieldError } = useActionForm({
    schema: updateApplicationSchema,
    defaultValues: application,
    action: (values) => updateApplicationAction({ ...values, version: version.current }),
    success: 'Application saved',
    onSuccess: (result) => {
      version.current = result.version;
    },
  });
  const [label = '', color = '', image = null] = form.watch(['displayLabel', 'logoColor', 'logoImage']);
  const stale = error?.code === 'stale_version' ? readStale(error) : undefined;
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={readOnly} className="contents">
        <FormColumn>
          {stale ? (
            <StaleNotice
              conflicts={conflictsOf(stale.values, form.getValues())}
              onLoad={() => {
                version.current = stale.version;
                form.reset({ ...form.getValues(), ...stale.values });
                clearError();
              }}
              onKeep={() => {
                version.current = stale.version;
                clearError();
                void submit();
              }}
            />
          ) : (
            <FormError error={error} />
          )}
          <Field label="Display Label" required error={fieldError('displayLabel')}>
            <Input {...form.register('displayLabel')} />
          </Field>
          <Field label="Description" optional help="Shown under the tile." error={fieldError('description')}>
            <Textarea rows={2} {...form.register('description')} />
          </Field>
          <PortalImageField
            name={label}
            value={{ logoColor: color, logoImage: image }}
            templateColor={templateColor}
            error={fieldError('logoImage') ?? fieldError('logoColor')}
            onChange={(next) => {
              form.setValue('logoColor', next.logoColor, { shouldDirty: true });
              form.setValue('logoImage', next.logoImage, { shouldDirty: true });
            }}
          />
          <Controller
            name="showInPortal"
            control={form.control}
            render={({ field }) => (
              <SwitchField
                label="Show in User Portal"
                help="A hidden application stays usable when people start at the application."
                checked={field.value}
                onCheckedChange={field.onChange}
              />
            )}
          />
        </FormColumn>
      </fieldset>
      <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
    </form>
  );
}

interface Stale {
  version: number;
  values: Partial<UpdateApplicationInput>;
}

function readStale(error: object): Stale | undefined {
  return 'details' in error ? (error.details as Stale | undefined) : undefined;
}

function conflictsOf(stored: Partial<UpdateApplicationInput>, typed: UpdateApplicationInput): Conflict[] {
  const say = (value: unknown) => (value === null || value === '' ? '(none)' : String(value).slice(0, 120));
  return (Object.keys(labels) as (keyof UpdateApplicationInput)[])
    .filter((key) => key in stored && stored[key] !== typed[key])
    .map((key) => ({ name: labels[key] ?? key, stored: say(stored[key]), typed: say(typed[key]) }));
}
