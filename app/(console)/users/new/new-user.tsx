'use client';

import { useState } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { CopyField } from '@/components/patterns/copy-field';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useActionForm } from '@/components/patterns/use-action-form';
import { Button, LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CheckboxField } from '@/components/ui/checkbox';
import type { ComboboxOption } from '@/components/ui/combobox';
import { links } from '@/lib/core/links';
import { createUserSchema } from '@/lib/directory/schema';
import type { OfferedAttribute } from '../_components/custom-attributes';
import { UserFields, type UserForm } from '../_components/user-fields';
import { createUserAction } from '../actions';

const empty = {
  username: '',
  email: '',
  firstname: '',
  lastname: '',
  displayName: '',
  employeeIdentifier: '',
  jobTitle: '',
  department: '',
  company: '',
  costCenter: '',
  location: '',
  phone: '',
  managerId: '',
  customAttributes: {},
  role: 'user' as const,
  sendActivation: true,
};

interface Created {
  id: string;
  displayName: string;
  url: string;
  mailed: boolean;
}

/** The form, and after saving the activation link to copy: it is shown this once. */
export function NewUser({ attributes }: { attributes: readonly OfferedAttribute[] }) {
  const [created, setCreated] = useState<Created>();
  if (created) return <CreatedNotice {...created} onAnother={() => setCreated(undefined)} />;
  return <Form attributes={attributes} onCreated={setCreated} />;
}

function Form({
  attributes,
  onCreated,
}: {
  attributes: readonly OfferedAttribute[];
  onCreated: (created: Created) => void;
}) {
  const [manager, setManager] = useState<ComboboxOption>();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: createUserSchema,
    defaultValues: empty,
    action: createUserAction,
    after: 'none',
    onSuccess: ({ id, displayName, url }, values) => onCreated({ id, displayName, url, mailed: values.sendActivation }),
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      <LeaveGuard when={form.formState.isDirty && !pending} />
      <FormError error={error} />
      <UserFields
        form={form as unknown as UseFormReturn<UserForm, unknown, never>}
        fieldError={fieldError}
        attributes={attributes}
        manager={manager}
        onManager={(option) => {
          setManager(option);
          form.setValue('managerId', option?.value ?? '', { shouldDirty: true });
        }}
      />
      <Controller
        name="sendActivation"
        control={form.control}
        render={({ field }) => (
          <CheckboxField
            label="Send the activation link by e-mail"
            help="It lets the person choose a password, once, within 7 days. You can copy it afterwards in any case."
            checked={field.value ?? true}
            onCheckedChange={(on) => field.onChange(on === true)}
          />
        )}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={pending}>
          Create user
        </Button>
        <LinkButton href={links.users()}>Cancel</LinkButton>
      </div>
    </form>
  );
}

function CreatedNotice({ id, displayName, url, mailed, onAnother }: Created & { onAnother: () => void }) {
  return (
    <div className="grid max-w-[640px] gap-5">
      <Callout kind="ok" title={`${displayName} was created`}>
        {mailed ? 'The activation link is on its way by e-mail.' : 'No mail was sent.'} Add the person to user groups to
        give access to applications: nobody has any by default.
      </Callout>
      <CopyField
        label="Activation link"
        value={url}
        help="Works once, for 7 days. It is not shown again; a new one can be issued on the person's page."
      />
      <div className="flex gap-2">
        <LinkButton href={links.user(id)} variant="primary">
          Open {displayName}
        </LinkButton>
        <Button onClick={onAnother}>Create another user</Button>
      </div>
    </div>
  );
}
