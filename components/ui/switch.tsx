'use client';

import { Switch as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';

/** A bare switch: use it for what takes effect at once or is saved with its form. */
export function Switch({ className, ...rest }: ComponentProps<typeof Radix.Root>) {
  const field = useFieldControl();
  return (
    <Radix.Root
      className={cn(
        'inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-subtle p-0.5 transition-colors disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        className,
      )}
      {...field}
      {...rest}
    >
      <Radix.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-white" />
    </Radix.Root>
  );
}

/** A row: words and help on the left, the switch on the right. */
export function SwitchField({
  label,
  help,
  className,
  ...rest
}: ComponentProps<typeof Radix.Root> & { label: ReactNode; help?: ReactNode }) {
  const id = useId();
  return (
    <div className={cn('flex items-start justify-between gap-6', className)}>
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-muted text-xs">
            {help}
          </p>
        )}
      </div>
      <Switch id={id} aria-describedby={help ? `${id}-help` : undefined} {...rest} />
    </div>
  );
}
