'use client';

import { Plus, Trash2 } from 'lucide-react';
import { Controller, useFieldArray } from 'react-hook-form';
import { Button, IconButton } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { FieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { CustomAttribute } from '@/lib/mappings/source';
import { attributeNameFormats } from '@/lib/saml/schema';
import type { FieldErrors, SsoFormHandle } from './form-types';
import { propertyOptions } from './source-fields';

const kindOptions = [
  { value: 'property', label: 'User attribute' },
  { value: 'constant', label: 'Constant' },
  { value: 'expression', label: 'Expression' },
  { value: 'groups', label: 'User groups' },
];
const formatOptions = Object.entries(attributeNameFormats).map(([label, value]) => ({ value, label }));

/** Attribute statements: add or change any. */
export function AttributesFields({
  form,
  errors,
  customAttributes,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  customAttributes: readonly CustomAttribute[];
}) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'settings.attributeStatements' });
  return (
    <div className="grid gap-3">
      {fields.length === 0 && <p className="text-muted">No attributes: the assertion holds the NameID alone.</p>}
      {fields.length > 0 && (
        <ul className="grid gap-4" aria-label="Attributes">
          {fields.map((row, position) => (
            <AttributeRow
              key={row.id}
              form={form}
              errors={errors}
              customAttributes={customAttributes}
              position={position}
              onRemove={() => remove(position)}
            />
          ))}
        </ul>
      )}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() =>
          append({
            ...{ name: '', friendlyName: '', nameFormat: attributeNameFormats.unspecified },
            ...{ sourceKind: 'property', source: 'email', directGroups: false },
          })
        }
      >
        <Plus aria-hidden /> Add attribute
      </Button>
    </div>
  );
}

function AttributeRow({
  form,
  errors,
  customAttributes,
  position,
  onRemove,
}: {
  form: SsoFormHandle;
  errors: FieldErrors;
  customAttributes: readonly CustomAttribute[];
  position: number;
  onRemove: () => void;
}) {
  const path = `settings.attributeStatements.${position}` as const;
  const kind = form.watch(`${path}.sourceKind`);
  const name = form.watch(`${path}.name`) || `attribute ${position + 1}`;
  const problem = errors(`${path}.name`) ?? errors(`${path}.source`) ?? errors(`${path}.friendlyName`);
  return (
    <li className="grid gap-1">
      <div className="grid grid-cols-[1fr_auto] items-center gap-2 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,2fr)_minmax(0,4fr)_auto]">
        <Input
          aria-label="Attribute name"
          placeholder="Name"
          mono
          spellCheck={false}
          {...form.register(`${path}.name`)}
        />
        <IconButton label={`Remove ${name}`} onClick={onRemove} className="md:order-last">
          <Trash2 aria-hidden />
        </IconButton>
        <Controller
          control={form.control}
          name={`${path}.nameFormat`}
          render={({ field }) => (
            <Select
              aria-label={`Name format of ${name}`}
              options={formatOptions}
              value={field.value ?? attributeNameFormats.unspecified}
              onValueChange={field.onChange}
            />
          )}
        />
        <Controller
          control={form.control}
          name={`${path}.sourceKind`}
          render={({ field }) => (
            <Select
              aria-label={`Kind of ${name}`}
              options={kindOptions}
              value={field.value}
              onValueChange={(value) => {
                field.onChange(value);
                form.setValue(`${path}.source`, value === 'property' ? 'email' : '', { shouldDirty: true });
              }}
            />
          )}
        />
        {kind === 'property' ? (
          <Controller
            control={form.control}
            name={`${path}.source`}
            render={({ field }) => (
              <Select
                aria-label={`Source of ${name}`}
                options={propertyOptions(customAttributes, field.value)}
                value={field.value}
                onValueChange={field.onChange}
              />
            )}
          />
        ) : (
          <Input
            aria-label={`Source of ${name}`}
            mono
            spellCheck={false}
            placeholder={kind === 'groups' ? 'All groups, or a filter such as Egnyte*' : ''}
            {...form.register(`${path}.source`)}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Input
          aria-label={`Friendly name of ${name}`}
          placeholder="Friendly name (optional)"
          spellCheck={false}
          className="h-7 max-w-60 text-xs"
          {...form.register(`${path}.friendlyName`)}
        />
        {kind === 'groups' && (
          <Controller
            control={form.control}
            name={`${path}.directGroups`}
            render={({ field }) => (
              <CheckboxField
                label="Direct memberships only"
                checked={field.value ?? false}
                onCheckedChange={(on) => field.onChange(on === true)}
              />
            )}
          />
        )}
      </div>
      {problem && <FieldError>{problem}</FieldError>}
    </li>
  );
}
