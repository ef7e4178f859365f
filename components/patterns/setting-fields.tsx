'use client';

import { Fragment, type ReactNode } from 'react';
import { Controller, useFormContext } from 'react-hook-form';
import { CheckboxField } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { Textarea } from '@/components/ui/textarea';
import { type Setting, type Settings, inWords as settingInWords } from '@/lib/core/setting';
import { type ComparedField, inWords } from './conflict';

/**
 * The controls of settings, in their order, within a FormProvider and, where they are many, a FormColumn.
 * @param own in the place of a setting, by its name: a control of the screen, or nothing (null)
 * @param after what stands below a setting, by its name
 */
export function SettingFields({
  settings,
  own = {},
  after = {},
  disabled = false,
}: {
  settings: Settings;
  own?: Readonly<Record<string, ReactNode>>;
  after?: Readonly<Record<string, ReactNode>>;
  /** For controls that no fieldset disables. */
  disabled?: boolean;
}) {
  return Object.entries(settings).map(([name, setting]) => (
    <Fragment key={name}>
      {name in own ? own[name] : <SettingField name={name} setting={setting} disabled={disabled} />}
      {after[name]}
    </Fragment>
  ));
}

function SettingField({ name, setting, disabled }: { name: string; setting: Setting<unknown>; disabled: boolean }) {
  const { register, control: form, formState, getFieldState } = useFormContext();
  const { label, help, required, control } = setting;
  const error = getFieldState(name, formState).error?.message;
  const words = { label, help, error, required };
  switch (control.kind) {
    case 'line':
      return (
        <Field {...words} optional={!required}>
          <Input
            mono={control.mono ?? false}
            {...(control.type ? { type: control.type, spellCheck: false } : {})}
            {...register(name)}
          />
        </Field>
      );
    case 'lines':
      return (
        <Field {...words} optional={!required}>
          <Textarea rows={control.rows} {...register(name)} />
        </Field>
      );
    case 'number':
      return (
        <Field {...words}>
          <Input
            className="max-w-48"
            inputMode="numeric"
            autoComplete="off"
            suffix={control.unit[1]}
            {...register(name, { setValueAs: asNumber })}
          />
        </Field>
      );
    case 'choice':
      return (
        <Controller
          name={name}
          control={form}
          render={({ field }) => (
            <Field {...words}>
              <Select
                options={control.options}
                value={field.value}
                onValueChange={field.onChange}
                disabled={disabled}
              />
            </Field>
          )}
        />
      );
    case 'switch':
      return (
        <Controller
          name={name}
          control={form}
          render={({ field }) => (
            <SwitchField
              label={label}
              help={help}
              checked={field.value}
              disabled={disabled}
              onCheckedChange={field.onChange}
            />
          )}
        />
      );
    case 'check':
      return (
        <Controller
          name={name}
          control={form}
          render={({ field }) => (
            <CheckboxField
              label={label}
              help={help}
              checked={field.value}
              disabled={disabled}
              onCheckedChange={(on) => field.onChange(on === true)}
            />
          )}
        />
      );
    case 'own':
      return null;
  }
}

/** What is no number stays what was typed, and is refused as such. */
function asNumber(typed: unknown): unknown {
  return typeof typed === 'string' && /^\s*\d+([.]\d+)?\s*$/.test(typed) ? Number(typed) : typed;
}

/** Settings as they are compared with what somebody else saved. */
export function comparedSettings(settings: Settings): Record<string, ComparedField> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [
      name,
      { label: setting.label, say: (value: unknown) => settingInWords(setting, value) ?? inWords(value) },
    ]),
  );
}
