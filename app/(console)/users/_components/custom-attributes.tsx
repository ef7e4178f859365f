'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Field, FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

type Value = string | number | boolean;
/** An attribute that is defined: its key, and how its input looks. */
export interface OfferedAttribute {
  key: string;
  label: string;
  description: string;
  type: string;
}
type Kind = 'text' | 'number' | 'boolean';
interface Row {
  key: number;
  name: string;
  kind: Kind;
  text: string;
  /** Of an attribute that is defined: no row to add or to remove. */
  definition?: OfferedAttribute;
}

const kinds = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes / no' },
];
const answers = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** Inputs that a form begins with, beside the values that are there. */
const mostOffered = 50;
const noneOrAnswer = [{ value: 'none', label: 'No value' }, ...answers];

const kindOf = (value: Value): Kind => (typeof value === 'string' ? 'text' : (typeof value as Kind));

const kindOfType = (type: string): Kind => (type === 'string' ? 'text' : (type as Kind));

function toValue({ kind, text, definition }: Row): Value {
  if (kind === 'boolean') return text === 'true';
  const number = Number(text);
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(number)) return number;
  // What is no number is refused where a number was defined.
  return kind === 'number' && definition ? Number.NaN : text;
}

/**
 * The attributes that are defined, each with an input of its type, and rows of name, type and value for others. What is empty, or has
 * no name, is not part of the value. A value that is of another type than its definition has a row, as it is.
 */
export function CustomAttributes(props: {
  offered: readonly OfferedAttribute[];
  value: Record<string, Value>;
  onChange: (value: Record<string, Value>) => void;
  error: string | undefined;
}) {
  const next = useRef(0);
  const [rows, setRows] = useState<Row[]>(() => {
    const entries = Object.entries(props.value);
    const offered = props.offered.slice(0, mostOffered);
    return [
      ...entries.map(([name, value]) => ({ name, kind: kindOf(value), text: String(value) })),
      ...offered.flatMap(({ key, type }) =>
        key in props.value ? [] : [{ name: key, kind: kindOfType(type), text: '' }],
      ),
    ].map((row) => {
      next.current += 1;
      const definition = offered.find(({ key, type }) => key === row.name && kindOfType(type) === row.kind);
      return { ...row, key: next.current, ...(definition ? { definition } : {}) };
    });
  });
  const change = (changed: Row[]) => {
    setRows(changed);
    const named = changed.filter((row) => row.name.trim() !== '' && !(row.definition && row.text === ''));
    props.onChange(Object.fromEntries(named.map((row) => [row.name.trim(), toValue(row)])));
  };
  const edit = (key: number, values: Partial<Row>) =>
    change(rows.map((row) => (row.key === key ? { ...row, ...values } : row)));
  const add = () => {
    next.current += 1;
    setRows([...rows, { key: next.current, name: '', kind: 'text', text: '' }]);
  };
  return (
    <FieldSet legend="Custom attributes" help="Mappings can use them by name." error={props.error}>
      {rows.map(
        (row) =>
          row.definition && (
            <DefinedValue
              key={row.key}
              row={row}
              definition={row.definition}
              onText={(text) => edit(row.key, { text })}
            />
          ),
      )}
      {rows
        .filter((row) => !row.definition)
        .map((row) => (
          <div key={row.key} className="grid grid-cols-[minmax(0,1fr)_104px_minmax(0,1fr)_auto] items-center gap-2">
            <Input
              aria-label="Attribute name"
              placeholder="name"
              value={row.name}
              onChange={(event) => edit(row.key, { name: event.target.value })}
            />
            <Select
              aria-label="Attribute type"
              options={kinds}
              value={row.kind}
              onValueChange={(kind) =>
                edit(row.key, { kind: kind as Kind, ...(kind === 'boolean' ? { text: 'true' } : {}) })
              }
            />
            {row.kind === 'boolean' ? (
              <Select
                aria-label="Attribute value"
                options={answers}
                value={row.text}
                onValueChange={(text) => edit(row.key, { text })}
              />
            ) : (
              <Input
                aria-label="Attribute value"
                inputMode={row.kind === 'number' ? 'decimal' : 'text'}
                value={row.text}
                onChange={(event) => edit(row.key, { text: event.target.value })}
              />
            )}
            <IconButton
              label={`Remove ${row.name || 'attribute'}`}
              onClick={() => change(rows.filter((one) => one.key !== row.key))}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </div>
        ))}
      <div>
        <Button size="sm" onClick={add}>
          <Plus aria-hidden /> Add attribute
        </Button>
      </div>
    </FieldSet>
  );
}

function DefinedValue({
  row,
  definition,
  onText,
}: {
  row: Row;
  definition: OfferedAttribute;
  onText: (text: string) => void;
}) {
  const isWrong = row.kind === 'number' && row.text !== '' && Number.isNaN(toValue(row));
  return (
    <Field
      label={definition.label || definition.key}
      help={definition.description || undefined}
      error={isWrong ? 'This is not a number.' : undefined}
    >
      {row.kind === 'boolean' ? (
        <Select
          options={noneOrAnswer}
          value={row.text || 'none'}
          onValueChange={(text) => onText(text === 'none' ? '' : text)}
        />
      ) : (
        <Input
          autoComplete="off"
          inputMode={row.kind === 'number' ? 'decimal' : 'text'}
          value={row.text}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}
