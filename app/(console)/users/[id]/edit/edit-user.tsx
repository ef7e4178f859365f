'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useActionForm } from '@/components/patterns/use-action-form';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import type { ComboboxOption } from '@/components/ui/combobox';
import { links } from '@/lib/core/links';
import { userValuesSchema } from '@/lib/directory/schema';
import { UserFields, type UserForm } from '../../_components/user-fields';
import { updateUserAction } from '../../actions';

interface Meanwhile {
  version: number;
  values: Record<string, unknown>;
}

/**
 * The form of one person. Overtaken by somebody else: nothing is saved, what was typed stays, each field that the other
 * one changed says what is there now, and saving again is a decision made knowing that.
 */
export function EditUser(props: {
  id: string;
  version: number;
  values: UserForm;
  manager: ComboboxOption | undefined;
}) {
  const router = useRouter();
  const [manager, setManager] = useState(props.manager);
  const [meanwhile, setMeanwhile] = useState<Meanwhile>();
  const [base, setBase] = useState<{ version: number; values: UserForm }>({
    version: props.version,
    values: props.values,
  });
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: userValuesSchema,
    defaultValues: props.values,
    action: async (values) => {
      const result = await updateUserAction({ ...values, id: props.id, version: meanwhile?.version ?? base.version });
      if (!result.ok && result.code === 'stale_version') setMeanwhile(result.details as Meanwhile);
      return result;
    },
    success: 'Saved',
    onSuccess: ({ version, shared }, values) => {
      warnOfShared(shared);
      setMeanwhile(undefined);
      setBase({ version, values });
      router.push(links.user(props.id));
    },
  });
  const discard = () => {
    form.reset();
    setManager(props.manager);
    setMeanwhile(undefined);
    if (meanwhile) router.refresh();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <FormError error={error} />
      <UserFields
        form={form as unknown as UseFormReturn<UserForm, unknown, never>}
        fieldError={fieldError}
        changed={meanwhile ? changedMeanwhile(base.values, meanwhile.values) : {}}
        manager={manager}
        onManager={(option) => {
          setManager(option);
          form.setValue('managerId', option?.value ?? '', { shouldDirty: true });
        }}
      />
      <SaveBar
        dirty={form.formState.isDirty}
        pending={pending}
        onDiscard={discard}
        {...(meanwhile ? { saveLabel: 'Save over the other changes', note: 'Changed by somebody else meanwhile' } : {})}
      />
    </form>
  );
}

/** A message for each field that differs from what this form was loaded with. */
function changedMeanwhile(loaded: UserForm, now: Record<string, unknown>): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const [name, before] of Object.entries(loaded)) {
    const after = now[name] ?? (name === 'customAttributes' ? {} : '');
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    messages[name] =
      typeof after === 'string' && name !== 'managerId'
        ? `Changed by somebody else meanwhile: now ${after ? `“${after}”` : 'empty'}.`
        : 'Changed by somebody else meanwhile.';
  }
  return messages;
}
