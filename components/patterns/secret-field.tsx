'use client';

import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Field, useFieldControl } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

export interface SecretFieldProps {
  label: ReactNode;
  /** Whether one is kept on the server. It is never sent back. */
  isSet: boolean;
  /** What is typed; undefined while the kept one stays. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** Beside the dots of a kept one: "Replaced 3 March by Ana Kim". */
  note?: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  /** Instead of typing here: opens a dialog that tests before the swap. */
  onReplace?: () => void;
}

/** A write-only secret: once saved it is shown as dots, with Replace. */
export function SecretField({ label, isSet, value, onChange, note, disabled, onReplace, ...field }: SecretFieldProps) {
  const replacing = !isSet || value !== undefined;
  return (
    <Field label={label} {...field} help={field.help ?? (isSet && !replacing ? note : undefined)}>
      {replacing ? (
        <Typed
          value={value ?? ''}
          onChange={onChange}
          disabled={disabled}
          onCancel={isSet ? () => onChange(undefined) : undefined}
        />
      ) : (
        <Kept label={label} disabled={disabled} onReplace={onReplace ?? (() => onChange(''))} />
      )}
    </Field>
  );
}

function Kept({
  label,
  disabled,
  onReplace,
}: {
  label: ReactNode;
  disabled: boolean | undefined;
  onReplace: () => void;
}) {
  const field = useFieldControl();
  return (
    <div className="flex gap-2">
      <span className="flex h-8 flex-1 items-center rounded-md border border-line bg-subtle px-2.5 text-muted">
        <span aria-hidden className="tracking-widest">
          ••••••••••••
        </span>
        <span className="sr-only">Saved, not shown</span>
      </span>
      {/* Who may not replace it is not offered to. */}
      {!disabled && (
        <Button
          // Without the field's id: its label would take the place of the verb in the button's name.
          aria-label={typeof label === 'string' ? `Replace ${label}` : 'Replace'}
          aria-describedby={field['aria-describedby']}
          onClick={onReplace}
        >
          Replace
        </Button>
      )}
    </div>
  );
}

function Typed({
  value,
  onChange,
  disabled,
  onCancel,
}: {
  value: string;
  onChange: (value: string) => void;
  disabled: boolean | undefined;
  onCancel: (() => void) | undefined;
}) {
  const [visible, setVisible] = useState(false);
  return (
    <div className="flex gap-2">
      <div className="relative flex flex-1">
        <Input
          mono
          type={visible ? 'text' : 'password'}
          autoComplete="new-password"
          spellCheck={false}
          value={value}
          disabled={disabled}
          // Replacing was asked for by a click: the next thing is to paste.
          autoFocus={onCancel !== undefined}
          onChange={(event) => onChange(event.target.value)}
          className="pr-9"
        />
        <IconButton
          label={visible ? 'Hide what is typed' : 'Show what is typed'}
          size="sm"
          className="absolute top-0.5 right-0.5 text-muted"
          onClick={() => setVisible(!visible)}
        >
          {visible ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        </IconButton>
      </div>
      {onCancel && <Button onClick={onCancel}>Keep current</Button>}
    </div>
  );
}
