'use client';

import { type ReactNode, useId, useState } from 'react';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Failure } from '@/lib/core/failure';
import { FormError } from './form-error';

export interface ConfirmDestructiveProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen to people, one sentence each: "248 accounts in Egnyte stay as they are." */
  consequences: readonly ReactNode[];
  /** What must be typed: the number of applications, the name. */
  typeToConfirm?: { label: ReactNode; value: string };
  confirmLabel: string;
  pending?: boolean;
  error?: Failure | undefined;
  /** Gets what was typed: the server checks it again. */
  onConfirm: (typed: string) => void;
  children?: ReactNode;
}

/** Asks before something that cannot be undone: the consequences first, then the number or name typed by hand. */
export function ConfirmDestructive({
  open,
  onOpenChange,
  title,
  consequences,
  typeToConfirm,
  confirmLabel,
  pending = false,
  error,
  onConfirm,
  children,
}: ConfirmDestructiveProps) {
  const [typed, setTyped] = useState('');
  const listId = useId();
  const matches = typeToConfirm === undefined || typed.trim() === typeToConfirm.value;
  const change = (next: boolean) => {
    if (pending) return;
    setTyped('');
    onOpenChange(next);
  };
  return (
    <AlertDialog
      open={open}
      onOpenChange={change}
      title={title}
      description={
        <ul id={listId} className="mt-1 grid list-disc gap-1 pl-4 text-ink marker:text-muted">
          {consequences.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: sentences of a fixed list.
            <li key={index}>{line}</li>
          ))}
        </ul>
      }
      confirmLabel={confirmLabel}
      danger
      pending={pending}
      confirmDisabled={!matches}
      onConfirm={() => onConfirm(typed.trim())}
    >
      {children}
      {typeToConfirm && (
        <Field label={typeToConfirm.label}>
          <Input
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && matches && !pending) onConfirm(typed.trim());
            }}
          />
        </Field>
      )}
      <FormError error={error} />
    </AlertDialog>
  );
}
