'use client';

import { CheckboxField } from '@/components/ui/checkbox';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { MappingDraft } from '@/lib/applications/schema';
import type { MappingProblem } from '@/lib/mappings/check-mapping';
import { directName } from '@/lib/mappings/map';
import type { MappingApply, ObjectType, TargetAttribute } from '@/lib/mappings/schema';
import { type CustomAttribute, findProperty, listProperties, namesOf } from '@/lib/mappings/source';
import { findAttribute } from '@/lib/mappings/target';
import { ExpressionField } from './expression-field';

export interface MappingFieldsProps {
  row: MappingDraft;
  objectType: ObjectType;
  attributes: readonly TargetAttribute[];
  customAttributes: readonly CustomAttribute[];
  problems: readonly MappingProblem[];
  onChange: (values: Partial<MappingDraft>) => void;
  readOnly: boolean;
}

const kinds = [
  { value: 'direct', label: 'Direct', help: 'The value of a property' },
  { value: 'constant', label: 'Constant', help: 'The same for everybody' },
  { value: 'expression', label: 'Expression', help: 'Made by functions' },
] as const;

const applies = [
  { value: 'always', label: 'Always', help: 'At creation, and whenever it changes' },
  { value: 'creation', label: 'Only during object creation', help: 'Never sent again' },
  { value: 'multiple', label: 'Only when there are multiple values' },
] as const;

/** Everything about one mapping; what is wrong is said at its field. */
export function MappingFields(props: MappingFieldsProps) {
  const { row, attributes, problems, onChange, readOnly } = props;
  const wrong = (field: MappingProblem['field']) => problems.find((entry) => entry.field === field)?.message;
  const listId = `targets-${row.id}`;
  return (
    <div className="grid items-start gap-4 @xl:grid-cols-2">
      <Field label="Type">
        <Select
          options={kinds}
          value={row.kind}
          disabled={readOnly}
          onValueChange={(kind) => onChange({ kind: kind as MappingDraft['kind'], source: carried(row, kind) })}
        />
      </Field>
      <Field label="SCIM attribute" required error={wrong('target')}>
        <Input
          mono
          list={listId}
          spellCheck={false}
          readOnly={readOnly}
          value={row.target}
          onChange={(event) => onChange({ target: event.target.value })}
        />
      </Field>
      <datalist id={listId}>
        {attributes
          .filter((attribute) => attribute.mutability !== 'readOnly')
          .map((attribute) => (
            <option key={attribute.path} value={attribute.path} />
          ))}
      </datalist>
      <div className="@xl:col-span-2">
        <SourceField {...props} />
      </div>
      <Field label="Apply" error={wrong('apply')}>
        <Select
          options={applies}
          value={row.apply}
          disabled={readOnly}
          onValueChange={(apply) => onChange({ apply: apply as MappingApply })}
        />
      </Field>
      <Field
        label="Default value"
        optional
        error={wrong('defaultValue')}
        help="Sent at creation where there is no value."
      >
        <Input
          readOnly={readOnly}
          value={row.defaultValue ?? ''}
          onChange={(event) => onChange({ defaultValue: event.target.value || null })}
        />
      </Field>
      <Field
        label="Matching precedence"
        optional
        error={wrong('matchingPrecedence')}
        help="1 is looked for first. Existing accounts are found by it."
      >
        <Input
          type="number"
          min={1}
          readOnly={readOnly}
          value={row.matchingPrecedence ?? ''}
          onChange={(event) => onChange({ matchingPrecedence: event.target.value ? Number(event.target.value) : null })}
        />
      </Field>
      <CheckboxField
        label="Required"
        help="Who has no value is skipped, with the reason, instead of being refused."
        checked={row.required}
        disabled={readOnly}
        onCheckedChange={(on) => onChange({ required: on === true })}
        className="self-end pb-2"
      />
    </div>
  );
}

/** A property goes over into an expression of itself; what means nothing in the other type starts empty. */
function carried({ kind, source }: MappingDraft, next: string): string {
  if (kind === 'direct' && next === 'expression' && source) return `[${directName(source)}]`;
  if (kind === 'expression' && next === 'direct') return /^\[[^[\]]+\]$/.test(source.trim()) ? directName(source) : '';
  return kind === next ? source : '';
}

function SourceField({
  row,
  objectType,
  attributes,
  customAttributes,
  problems,
  onChange,
  readOnly,
}: MappingFieldsProps) {
  const problem = problems.find((entry) => entry.field === 'source');
  const change = (source: string) => onChange({ source });
  if (row.kind === 'expression') {
    return (
      <ExpressionField
        value={row.source}
        onChange={change}
        objectType={objectType}
        customAttributes={customAttributes}
        problem={problem}
        disabled={readOnly}
      />
    );
  }
  if (row.kind === 'constant') {
    const attribute = findAttribute(attributes, row.target);
    const allowed = attribute?.type === 'boolean' ? ['True', 'False'] : attribute?.canonicalValues;
    return (
      <Field label="Value" required error={problem?.message}>
        {allowed ? (
          <Select
            options={allowed.map((value) => ({ value, label: value }))}
            value={row.source || undefined}
            disabled={readOnly}
            onValueChange={change}
          />
        ) : (
          <Input readOnly={readOnly} value={row.source} onChange={(event) => change(event.target.value)} />
        )}
      </Field>
    );
  }
  // Found by other vendors' names, too: who types in a table of Entra's looks for objectId.
  const options = listProperties(objectType, customAttributes).map((property) => ({
    value: property.name,
    label: property.label,
    hint: namesOf(property).join(', '),
  }));
  const chosen = findProperty(objectType, directName(row.source), customAttributes);
  return (
    <Field label="Property" required error={problem?.message}>
      <Combobox
        options={options}
        value={chosen && { value: chosen.name, label: chosen.label, hint: chosen.name }}
        placeholder="Choose a property"
        disabled={readOnly}
        onChange={(option) => change(option.value)}
      />
    </Field>
  );
}
