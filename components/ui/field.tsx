'use client';

import { CircleX } from 'lucide-react';
import { createContext, type ReactNode, useContext, useId } from 'react';
import { cn } from './cn';
import { Label } from './label';

interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  'aria-required': true | undefined;
}

const FieldContext = createContext<FieldControl | undefined>(undefined);

/** What a control inside a {@link Field} spreads on its element; empty outside of one. */
export function useFieldControl(): Partial<FieldControl> {
  return useContext(FieldContext) ?? {};
}

export interface FieldProps {
  label: ReactNode;
  /** Below the control; an error takes its place. */
  help?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  /** Says "Optional" beside the label. */
  optional?: boolean;
  /** Right of the label: a link, a counter. */
  aside?: ReactNode;
  className?: string | undefined;
  /** One control of components/ui: it takes its id and aria attributes from here. */
  children: ReactNode;
}

/** Label above, control, help below; an error stands in the place of the help and is announced. */
export function Field({ label, help, error, required, optional, aside, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error || help);
  return (
    <div className={cn('grid gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-4">
        <Label htmlFor={id}>
          {label}
          {required && (
            <span aria-hidden className="text-error">
              {' '}
              *
            </span>
          )}
          {optional && <span className="ml-2 font-normal text-muted text-xs">Optional</span>}
        </Label>
        {aside && <span className="text-muted text-xs">{aside}</span>}
      </div>
      <FieldContext
        value={{
          id,
          'aria-describedby': hasNote ? noteId : undefined,
          'aria-invalid': error ? true : undefined,
          'aria-required': required ? true : undefined,
        }}
      >
        {children}
      </FieldContext>
      <div id={noteId} aria-live="polite" className={cn(!hasNote && 'hidden')}>
        {error ? <FieldError>{error}</FieldError> : help && <p className="text-muted text-xs">{help}</p>}
      </div>
    </div>
  );
}

/** The error line of a field, for controls that cannot stand in a {@link Field}. */
export function FieldError({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-1.5 text-error text-xs">
      <CircleX aria-hidden className="mt-px size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** Check boxes, switches or radio buttons under one legend. */
export function FieldSet({
  legend,
  help,
  error,
  className,
  children,
}: {
  legend: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className={cn('grid gap-2', className)} aria-describedby={help || error ? id : undefined}>
      <legend className="mb-1 font-medium text-sm">{legend}</legend>
      {children}
      <div id={id} aria-live="polite" className={cn(!(help || error) && 'hidden')}>
        {error ? <FieldError>{error}</FieldError> : help && <p className="text-muted text-xs">{help}</p>}
      </div>
    </fieldset>
  );
}

/** One column of fields, 640 px at most. */
export function FormColumn({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cn('grid max-w-[640px] gap-5', className)}>{children}</div>;
}
