'use client';

import { type RefObject, useState } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useActionForm } from '@/components/patterns/use-action-form';
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

/** Application username format: what NameID and SCIM userName are made from. */
export function UsernameFormatForm({
  applicationId,
  version,
  usernameFormat,
  readOnly,
}: {
  applicationId: string;
  version: RefObject<number>;
  usernameFormat: string;
  readOnly: boolean;
}) {
  const ready = usernameFormats.some(({ id }) => id === usernameFormat);
  const [warning, setWarning] = useState<{ message: string; hint: string } | null>(null);
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: formSchema,
    defaultValues: { choice: ready ? usernameFormat : custom, usernameFormat: ready ? '' : usernameFormat },
    action: ({ choice, usernameFormat: expression }) =>
      saveUsernameFormatAction({
        applicationId,
        version: version.current,
        usernameFormat: choice === custom ? expression : choice,
      }),
    success: 'Username format saved',
    onSuccess: (saved) => {
      version.current = saved.version;
      warnOfConflicts(saved.conflicts);
      setWarning(saved.warning);
    },
  });
  return (
    <form onSubmit={submit} noValidate className="grid max-w-[640px] gap-3 border-line border-t pt-5">
      <LeaveGuard when={form.formState.isDirty && !pending} />
      <fieldset disabled={readOnly} className="grid gap-3">
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
