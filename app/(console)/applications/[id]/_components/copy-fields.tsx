'use client';

import { useFormContext } from 'react-hook-form';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { TemplatePlaceholder } from '@/lib/applications/catalogue/template-schema';

/** What the dialogs that copy an application are told of it. */
export interface CopiedApplication {
  id: string;
  displayLabel: string;
  kind: 'saml' | 'bookmark';
  /** Of its template, with the values that it has. */
  placeholders: readonly (Pick<TemplatePlaceholder, 'name' | 'label' | 'help'> & { value: string })[];
}

/** What a copy is called and where it leads. @param errorOf of a field, in words */
export function CopyFields({
  application,
  errorOf,
}: {
  application: CopiedApplication;
  errorOf: (field: string) => string | undefined;
}) {
  const { register } = useFormContext();
  return (
    <>
      <Field label="Display Label" required error={errorOf('displayLabel')}>
        <Input autoFocus autoComplete="off" {...register('displayLabel')} />
      </Field>
      {application.placeholders.map(({ name, label, help }) => (
        <Field key={name} label={label} help={help} error={errorOf(`placeholders.${name}`)}>
          <Input mono autoComplete="off" spellCheck={false} {...register(`placeholders.${name}`)} />
        </Field>
      ))}
    </>
  );
}

/** How the form of a copy begins: as the application is. */
export function copyValues({ placeholders }: CopiedApplication) {
  return { displayLabel: '', placeholders: Object.fromEntries(placeholders.map(({ name, value }) => [name, value])) };
}
