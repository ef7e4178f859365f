'use client';

import { Controller, type Path, type UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { attributeTypes, attributeTypeWords, type attributeValuesSchema } from '@/lib/directory/attribute-schema';

export type AttributeForm = z.input<typeof attributeValuesSchema>;

const types = attributeTypes.map((value) => ({ value, label: attributeTypeWords[value] }));

export const attributeTypeLabel = (type: string) => types.find(({ value }) => value === type)?.label ?? type;

/** What both forms ask of an attribute. */
export function AttributeFields({
  form,
  fieldError,
  typeHelp,
}: {
  // biome-ignore lint/suspicious/noExplicitAny: what the form makes of its values is the business of its owner.
  form: UseFormReturn<AttributeForm, any, any>;
  fieldError: (name: Path<AttributeForm>) => string | undefined;
  typeHelp?: string;
}) {
  return (
    <>
      <Field label="Label" error={fieldError('label')} help="As people read it. Empty: the key.">
        <Input autoComplete="off" {...form.register('label')} />
      </Field>
      <Field label="Type" error={fieldError('type')} help={typeHelp}>
        <Controller
          name="type"
          control={form.control}
          render={({ field }) => <Select options={types} value={field.value} onValueChange={field.onChange} />}
        />
      </Field>
      <Field label="Description" error={fieldError('description')} help="Stands beside it in the form of a person.">
        <Input autoComplete="off" {...form.register('description')} />
      </Field>
    </>
  );
}
