'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { Difference, Values } from '@/components/patterns/conflict';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { warnOfShared } from '@/components/patterns/warn-of-names';
import type { ComboboxOption } from '@/components/ui/combobox';
import { links } from '@/lib/core/links';
import { userValuesSchema } from '@/lib/directory/schema';
import type { OfferedAttribute } from '../../_components/custom-attributes';
import { labelsOfUser, UserFields, type UserForm } from '../../_components/user-fields';
import { updateUserAction } from '../../actions';

/**
 * The form of one person. Overtaken by somebody else: nothing is saved, what was typed stays, each field that the other
 * one changed says what is there now, and saving again is a decision made knowing that.
 */
export function EditUser(props: {
  id: string;
  version: number;
  values: UserForm;
  attributes: readonly OfferedAttribute[];
  manager: ComboboxOption | undefined;
  /** By a source: all but the role is changed there. */
  isOwned: boolean;
}) {
  const router = useRouter();
  const [manager, setManager] = useState(props.manager);
  const { form, submit, pending, error, conflict, fieldError } = useVersionedForm({
    schema: userValuesSchema,
    defaultValues: props.values,
    version: props.version,
    fields: comparedFields([manager, props.manager]),
    toForm: emptyForNone,
    action: (values, version) => updateUserAction({ ...values, id: props.id, version }),
    success: 'Saved',
    onSuccess: ({ shared }) => {
      warnOfShared(shared);
      router.push(links.user(props.id));
    },
  });
  const discard = () => {
    form.reset();
    setManager(props.manager);
    conflict?.takeOver();
  };
  const submitOver = (event: FormEvent) => {
    if (!conflict) return submit(event);
    event.preventDefault();
    conflict.overwrite();
  };
  return (
    <form onSubmit={submitOver} noValidate className="grid gap-6">
      <ConflictNotice conflict={conflict} title="Somebody else changed this person while you were editing" />
      <FormError error={error} />
      <UserFields
        form={form as unknown as UseFormReturn<UserForm, unknown, never>}
        fieldError={fieldError}
        isOwned={props.isOwned}
        changed={changedMeanwhile(conflict?.differences ?? [])}
        attributes={props.attributes}
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
        {...(conflict ? { saveLabel: 'Save over the other changes', note: 'Changed by somebody else meanwhile' } : {})}
      />
    </form>
  );
}

/** Beside each field that somebody else changed: what is there now. */
function changedMeanwhile(differences: readonly Difference[]): Record<string, string> {
  return Object.fromEntries(
    differences
      .filter(({ overtaken }) => overtaken)
      .map(({ name, stored }) => {
        const isText = name !== 'managerId' && name !== 'customAttributes';
        const now = stored === 'empty' ? stored : `“${stored}”`;
        return [name, `Changed by somebody else meanwhile${isText ? `: now ${now}` : ''}.`];
      }),
  );
}

/** @param known managers whose names are known here; of others there is only the id */
function comparedFields(known: readonly (ComboboxOption | undefined)[]) {
  const nameOf = (id: unknown) => known.find((option) => option?.value === id)?.label ?? 'somebody else';
  return { ...labelsOfUser, managerId: { label: 'Manager', say: (id: unknown) => (id ? nameOf(id) : 'nobody') } };
}

/** What has no value is empty in a form. */
function emptyForNone(theirs: Values): Partial<UserForm> {
  return Object.fromEntries(Object.entries(theirs).map(([name, value]) => [name, value ?? '']));
}
