'use client';

import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';

/** A bare check box (`checked` may be 'indeterminate'); give it `aria-label` or use {@link CheckboxField}. */
export function Checkbox({ className, ...rest }: ComponentProps<typeof Radix.Root>) {
  const field = useFieldControl();
  return (
    <Radix.Root
      className={cn(
        'group grid size-4 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface transition-colors hover:border-ink disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent',
        className,
      )}
      {...field}
      {...rest}
    >
      <Radix.Indicator className="text-on-accent">
        <Check aria-hidden strokeWidth={3} className="hidden size-3 group-data-[state=checked]:block" />
        <Minus aria-hidden strokeWidth={3} className="hidden size-3 group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  );
}

/** A check box with its words to the right and help under them. */
export function CheckboxField({
  label,
  help,
  className,
  ...rest
}: ComponentProps<typeof Radix.Root> & { label: ReactNode; help?: ReactNode }) {
  const id = useId();
  return (
    <div className={cn('flex items-start gap-2', className)}>
      <Checkbox id={id} aria-describedby={help ? `${id}-help` : undefined} className="mt-0.5" {...rest} />
      <div className="grid gap-0.5">
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-muted text-xs">
            {help}
          </p>
        )}
      </div>
    </div>
  );
}
