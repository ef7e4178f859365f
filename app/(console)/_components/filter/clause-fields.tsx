'use client';

import { X } from 'lucide-react';
import { IconButton } from '@/components/ui/button';
import { CheckboxField } from '@/components/ui/checkbox';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { FieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import {
  comparesText,
  type FilterClause,
  type FilterOperator,
  filterOperators,
  operatorTakes,
} from '@/lib/filters/schema';
import { searchGroupOptions } from '../../users/_components/search-options';
import { type DraftClause, withOperator } from './drafts';

/** Stands for IsMemberOf among the attributes: it asks for none. */
export const membership: ComboboxOption = {
  value: '',
  label: 'User group membership',
  hint: 'IsMemberOf, nested groups included',
};

interface ClauseProps {
  /** Its place, for those who hear the form: "Clause 2 of group 1". */
  name: string;
  clause: DraftClause;
  attributes: readonly ComboboxOption[];
  groupName: string | undefined;
  error: string | undefined;
  readOnly: boolean;
  onChange: (values: Partial<FilterClause>) => void;
  onGroup: (group: ComboboxOption) => void;
  onRemove: () => void;
}

/** One clause: what is asked, how, and with what it is compared. */
export function ClauseFields(props: ClauseProps) {
  const { name, clause, attributes, error, readOnly, onChange, onRemove } = props;
  const { attribute, operator, caseSensitive } = clause;
  const isMembership = operator === 'IsMemberOf';
  const chosen = isMembership ? membership : optionOf(attributes, attribute);
  return (
    <fieldset className="grid min-w-0 gap-1.5" disabled={readOnly}>
      <legend className="sr-only">{name}</legend>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,1fr)_170px_minmax(0,1fr)_auto]">
        <Combobox
          aria-label={`Attribute of ${name}`}
          options={attributes}
          value={chosen}
          placeholder="Choose an attribute"
          disabled={readOnly}
          onChange={(option) =>
            onChange(
              option.value === membership.value
                ? { ...withOperator(clause, 'IsMemberOf'), attribute: '' }
                : { attribute: option.value, ...(isMembership ? withOperator(clause, 'EQUALS') : {}) },
            )
          }
        />
        {isMembership ? (
          <p className="flex h-8 items-center px-1 text-sm max-sm:order-2 max-sm:col-span-2">IsMemberOf</p>
        ) : (
          <Select
            aria-label={`Operator of ${name}`}
            options={operators}
            value={operator}
            disabled={readOnly}
            onValueChange={(next) => onChange(withOperator(clause, next as FilterOperator))}
            className="max-sm:order-2 max-sm:col-span-2"
          />
        )}
        <div className="min-w-0 max-sm:order-3 max-sm:col-span-2">
          <Operand {...props} />
        </div>
        {readOnly ? (
          <span />
        ) : (
          <IconButton label={`Remove ${name}`} className="text-muted max-sm:order-1" onClick={onRemove}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      {comparesText.includes(operator) && (
        <CheckboxField
          label="Tell upper and lower case apart"
          checked={caseSensitive}
          disabled={readOnly}
          onCheckedChange={(checked) => onChange({ caseSensitive: checked === true })}
        />
      )}
      <div aria-live="polite">{error && <FieldError>{error}</FieldError>}</div>
    </fieldset>
  );
}

const operators = filterOperators
  .filter((operator) => operator !== 'IsMemberOf')
  .map((operator) => ({ value: operator, label: operator }));

function Operand({ name, clause, groupName, error, readOnly, onChange, onGroup }: ClauseProps) {
  const label = `Value of ${name}`;
  const invalid = error ? { 'aria-invalid': true } : {};
  switch (operatorTakes[clause.operator]) {
    case 'nothing':
      return null;
    case 'group':
      return (
        <Combobox
          aria-label={`User group of ${name}`}
          search={searchGroupOptions}
          value={clause.groupId ? { value: clause.groupId, label: groupName ?? 'A group that is gone' } : undefined}
          placeholder="Choose a user group"
          disabled={readOnly}
          onChange={(group) => {
            onGroup(group);
            onChange({ groupId: group.value });
          }}
        />
      );
    case 'values':
      return (
        <Textarea
          aria-label={`${label}, one on each line`}
          placeholder="One on each line"
          rows={3}
          spellCheck={false}
          value={clause.values.join('\n')}
          onChange={(event) => onChange({ values: event.target.value === '' ? [] : event.target.value.split('\n') })}
          {...invalid}
        />
      );
    case 'value':
      return (
        <Input
          aria-label={label}
          autoComplete="off"
          spellCheck={false}
          mono={clause.operator.endsWith('REGEX MATCH')}
          placeholder={clause.operator === 'GREATER_THAN' ? 'A number, or 2026-01-31' : 'Value'}
          value={clause.value}
          onChange={(event) => onChange({ value: event.target.value })}
          {...invalid}
        />
      );
  }
}

/** As it is offered; what was saved by another vendor's name is shown by that. */
function optionOf(attributes: readonly ComboboxOption[], attribute: string): ComboboxOption | undefined {
  if (attribute === '') return undefined;
  const plain = attribute.replace(/^\[(.*)\]$/, '$1');
  return (
    attributes.find(({ value }) => value.toLowerCase() === plain.toLowerCase()) ?? {
      value: attribute,
      label: attribute,
    }
  );
}
