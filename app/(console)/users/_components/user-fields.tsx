'use client';

import { Controller, type Path, type UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { Button } from '@/components/ui/button';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field, FormColumn } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { userValuesSchema } from '@/lib/directory/schema';
import { CustomAttributes, type OfferedAttribute } from './custom-attributes';
import { searchPeopleOptions } from './search-options';

export type UserForm = z.input<typeof userValuesSchema>;
type Name = Path<UserForm>;

interface TextField {
  name: Exclude<Name, 'customAttributes' | `customAttributes.${string}`>;
  label: string;
  help?: string;
  required?: boolean;
  type?: string;
}

const identity: TextField[] = [
  { name: 'firstname', label: 'First name', required: true },
  { name: 'lastname', label: 'Last name', required: true },
  { name: 'displayName', label: 'Display name', help: 'Empty: first and last name.' },
  {
    name: 'username',
    label: 'Username',
    required: true,
    help: 'Applications name people by it unless told otherwise.',
  },
  { name: 'email', label: 'E-mail', required: true, type: 'email' },
];
const work: TextField[] = [
  { name: 'employeeIdentifier', label: 'Employee ID' },
  { name: 'jobTitle', label: 'Job title' },
  { name: 'department', label: 'Department' },
  { name: 'company', label: 'Company' },
  { name: 'costCenter', label: 'Cost center' },
  { name: 'location', label: 'Location' },
  { name: 'phone', label: 'Phone', type: 'tel' },
];

const roleOptions = [
  { value: 'user', label: 'User', help: 'Signs in to applications, sees the portal only.' },
  { value: 'helpdesk', label: 'Helpdesk', help: 'Sees everything but secrets; runs, retries, reviews imports.' },
  { value: 'administrator', label: 'Administrator', help: 'May do everything.' },
];

/** The labels of the fields, by their names. */
export const labelsOfUser: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...identity, ...work].map(({ name, label }) => [name, label])),
  role: 'Role',
  customAttributes: 'Custom attributes',
};

/** Every field of a person. `changed` says beside a field what somebody else saved there meanwhile. */
export function UserFields(props: {
  form: UseFormReturn<UserForm, unknown, never>;
  fieldError: (name: Name) => string | undefined;
  changed?: Partial<Record<string, string>>;
  /** Another directory is the master of all but the role. */
  isOwned?: boolean;
  /** Custom attributes that are defined. */
  attributes: readonly OfferedAttribute[];
  manager: ComboboxOption | undefined;
  onManager: (option: ComboboxOption | undefined) => void;
}) {
  const { form, fieldError, changed = {}, isOwned = false } = props;
  const errorOf = (name: Name) => fieldError(name) ?? changed[name];
  const text = ({ name, label, help, required, type }: TextField) => (
    <Field key={name} label={label} help={help} required={required ?? false} error={errorOf(name)}>
      <Input type={type ?? 'text'} autoComplete="off" readOnly={isOwned} {...form.register(name)} />
    </Field>
  );
  return (
    <FormColumn>
      {identity.map(text)}
      <Field label="Role" error={errorOf('role')}>
        <Controller
          name="role"
          control={form.control}
          render={({ field }) => (
            <Select options={roleOptions} value={field.value ?? 'user'} onValueChange={field.onChange} />
          )}
        />
      </Field>
      {work.map(text)}
      <Field
        label="Manager"
        error={errorOf('managerId')}
        aside={
          props.manager &&
          !isOwned && (
            <Button variant="link" size="sm" onClick={() => props.onManager(undefined)}>
              Remove manager
            </Button>
          )
        }
      >
        <Combobox
          disabled={isOwned}
          aria-label="Manager"
          placeholder="Nobody"
          searchPlaceholder="Search people"
          search={searchPeopleOptions}
          value={props.manager}
          onChange={props.onManager}
        />
      </Field>
      <Controller
        name="customAttributes"
        control={form.control}
        render={({ field }) => (
          <fieldset disabled={isOwned} className="contents">
            <CustomAttributes
              offered={props.attributes}
              value={field.value ?? {}}
              onChange={field.onChange}
              error={errorOf('customAttributes')}
            />
          </fieldset>
        )}
      />
    </FormColumn>
  );
}
