'use client';

import type { RefObject } from 'react';
import { Controller } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SwitchField } from '@/components/ui/switch';
import { Textarea } from '@/components/ui/textarea';
import { type UpdateApplicationInput, updateApplicationSchema } from '@/lib/applications/schema';
import { PortalImageField } from '../../../_components/portal-image-field';
import { updateApplicationAction } from '../actions';

const fields = {
  displayLabel: 'Display Label',
  description: 'Description',
  showInPortal: 'Show in User Portal',
  logoColor: 'Color',
  logoImage: { label: 'Logo', say: (value: unknown) => (value ? 'a picture' : 'empty') },
};

/** Display label, description, image, and whether the tile is shown. */
export function GeneralForm({
  application,
  version,
  onSaved,
  templateColor,
  readOnly,
}: {
  application: UpdateApplicationInput;
  version: RefObject<number>;
  onSaved: (saved: { version: number }) => void;
  templateColor: string;
  readOnly: boolean;
}) {
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: updateApplicationSchema,
    defaultValues: application,
    version,
    fields,
    action: (values, version) => updateApplicationAction({ ...values, version }),
    success: 'Application saved',
    onSuccess: onSaved,
  });
  const [label = '', color = '', image = null] = form.watch(['displayLabel', 'logoColor', 'logoImage']);
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={readOnly} className="contents">
        <FormColumn>
          <ConflictNotice conflict={conflict} />
          <FormError error={error} />
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
