'use client';

import { Controller, type Path, type UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SwitchField } from '@/components/ui/switch';
import type { sourceValuesSchema } from '@/lib/inbound/schema';

export type SourceForm = z.input<typeof sourceValuesSchema>;

/** What both forms ask of a source. */
export function SourceFields({
  form,
  fieldError,
}: {
  // biome-ignore lint/suspicious/noExplicitAny: what the form makes of its values is the business of its owner.
  form: UseFormReturn<SourceForm, any, any>;
  fieldError: (name: Path<SourceForm>) => string | undefined;
}) {
  return (
    <>
      <Field label="Name" required error={fieldError('name')} help="As people know the directory: Workday, Entra ID.">
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <Controller
        name="takeOver"
        control={form.control}
        render={({ field }) => (
          <SwitchField
            label="Take over by username"
            help="A person who is here already, of no source, and a user only, becomes the source’s own when it sends the same userName. Off: it is told that the name is taken."
            checked={field.value ?? false}
            onCheckedChange={field.onChange}
          />
        )}
      />
      <Controller
        name="mailActivation"
        control={form.control}
        render={({ field }) => (
          <SwitchField
            label="Mail activation links"
            help="Whoever it creates is mailed a link to choose a password. Off: links are sent by hand."
            checked={field.value ?? false}
            onCheckedChange={field.onChange}
          />
        )}
      />
      <Field
        label="Requests a minute"
        error={fieldError('requestsPerMinute')}
        help="Beyond, a request is answered with 429 and when to try again."
        className="sm:max-w-64"
      >
        <Input type="number" inputMode="numeric" {...form.register('requestsPerMinute', { valueAsNumber: true })} />
      </Field>
    </>
  );
}
