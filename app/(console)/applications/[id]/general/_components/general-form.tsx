'use client';

import type { RefObject } from 'react';
import { FormProvider } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { comparedSettings, SettingFields } from '@/components/patterns/setting-fields';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { FormColumn } from '@/components/ui/field';
import { type UpdateApplicationInput, updateApplicationSchema } from '@/lib/applications/schema';
import { generalSettings } from '@/lib/applications/settings';
import { PortalImageField } from '../../../_components/portal-image-field';
import { updateApplicationAction } from '../actions';

const fields = {
  ...comparedSettings(generalSettings),
  logoImage: { label: generalSettings.logoImage.label, say: (value: unknown) => (value ? 'a picture' : 'empty') },
};

/** The settings of General Info; color and picture are one control. */
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
  const picture = (
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
  );
  return (
    <FormProvider {...form}>
      <form onSubmit={submit} noValidate>
        <fieldset disabled={readOnly} className="contents">
          <FormColumn>
            <ConflictNotice conflict={conflict} />
            <FormError error={error} />
            <SettingFields settings={generalSettings} own={{ logoColor: picture, logoImage: null }} />
          </FormColumn>
        </fieldset>
        <SaveBar dirty={form.formState.isDirty} pending={pending} onDiscard={() => form.reset()} />
      </form>
    </FormProvider>
  );
}
