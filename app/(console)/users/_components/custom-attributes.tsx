'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

type Value = string | number | boolean;
type Kind = 'text' | 'number' | 'boolean';
interface Row {
  key: number;
  name: string;
  kind: Kind;
  text: string;
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

const kindOf = (value: Value): Kind => (typeof value === 'string' ? 'text' : (typeof value as Kind));

function toValue({ kind, text }: Row): Value {
  if (kind === 'boolean') return text === 'true';
  const number = Number(text);
  return kind === 'number' && text.trim() !== '' && Number.isFinite(number) ? number : text;
}

/** Name, type and value of each custom attribute. Rows without a name are not part of the value. */
export function CustomAttributes(props: {
  value: Record<string, Value>;
  onChange: (value: Record<string, Value>) => void;
  error: string | undefined;
}) {
  const next = useRef(0);
  const [rows, setRows] = useState<Row[]>(() =>
    Object.entries(props.value).map(([name, value]) => {
      next.current += 1;
      return { key: next.current, name, kind: kindOf(value), text: String(value) };
    }),
  );
  const change = (changed: Row[]) => {
    setRows(changed);
    const named = changed.filter((row) => row.name.trim() !== '');
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
      {rows.map((row) => (
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
