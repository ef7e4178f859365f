'use client';

import { type RefObject, useState } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { warnOfConflicts } from '@/components/patterns/warn-of-names';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { usernameFormats } from '@/lib/mappings/username-format';
import { saveUsernameFormatAction } from '../actions';

const custom = 'custom';
const options = [
  ...usernameFormats.map(({ id, label }) => ({ value: id, label })),
  { value: custom, label: 'Custom expression' },
];
const formSchema = z
  .object({ choice: z.string(), usernameFormat: z.string() })
  .refine((values) => values.choice !== custom || values.usernameFormat.trim() !== '', {
    path: ['usernameFormat'],
    message: 'Enter an expression',
  });

type FormValues = z.infer<typeof formSchema>;

const toForm = (usernameFormat: string): FormValues =>
  usernameFormats.some(({ id }) => id === usernameFormat)
    ? { choice: usernameFormat, usernameFormat: '' }
    : { choice: custom, usernameFormat };

const toStored = ({ choice, usernameFormat }: FormValues) => ({
  usernameFormat: choice === custom ? usernameFormat : choice,
});

/** Application username format: what NameID and SCIM userName are made from. */
export function UsernameFormatForm({
  applicationId,
  version,
  onSaved,
  usernameFormat,
  readOnly,
}: {
  applicationId: string;
  version: RefObject<number>;
  onSaved: (saved: { version: number }) => void;
  usernameFormat: string;
  readOnly: boolean;
}) {
  const [warning, setWarning] = useState<{ message: string; hint: string } | null>(null);
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: formSchema,
    defaultValues: toForm(usernameFormat),
    version,
    fields: { usernameFormat: 'Application username format' },
    toStored,
    toForm: (theirs: { usernameFormat?: string }) => toForm(theirs.usernameFormat ?? usernameFormat),
    action: (values, version) => saveUsernameFormatAction({ ...toStored(values), applicationId, version }),
    success: 'Username format saved',
    onSuccess: (saved) => {
      onSaved(saved);
      warnOfConflicts(saved.conflicts);
      setWarning(saved.warning);
    },
  });
  return (
    <form onSubmit={submit} noValidate className="grid max-w-[640px] gap-3 border-line border-t pt-5">
      <LeaveGuard when={form.formState.isDirty && !pending} />
      <fieldset disabled={readOnly} className="grid gap-3">
        <ConflictNotice conflict={conflict} />
        <FormError error={error} />
        <Controller
          control={form.control}
          name="choice"
          render={({ field }) => (
            <Field
              label="Application username format"
              help="NameID and SCIM userName are made from it, so that sign-in and account agree. A name can be typed for one person under Assignments. Changing it changes userName of existing accounts."
            >
              <Select options={options} value={field.value} onValueChange={field.onChange} />
            </Field>
          )}
        />
        {form.watch('choice') === custom && (
          <Field label="Expression" error={fieldError('usernameFormat')}>
            <Input
              mono
              spellCheck={false}
              placeholder={'Word([username], 1, "@")'}
              {...form.register('usernameFormat')}
            />
          </Field>
        )}
        {warning && !form.formState.isDirty && (
          <Callout kind="warning" title={warning.message}>
            {warning.hint}
          </Callout>
        )}
        {form.formState.isDirty && (
          <div className="flex gap-2">
            <Button type="submit" variant="primary" pending={pending}>
              Save username format
            </Button>
            <Button onClick={() => form.reset()}>Discard</Button>
          </div>
        )}
      </fieldset>
    </form>
  );
}
