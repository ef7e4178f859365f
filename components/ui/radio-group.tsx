'use client';

import { RadioGroup as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn';

export interface RadioOption {
  value: string;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
}

/** One of a few, all in sight. `cards` draws each choice as a bordered surface. Name it with FieldSet or aria-label. */
export function RadioGroup({
  options,
  cards = false,
  className,
  ...rest
}: Omit<ComponentProps<typeof Radix.Root>, 'children'> & { options: readonly RadioOption[]; cards?: boolean }) {
  const id = useId();
  return (
    <Radix.Root className={cn('grid gap-2', className)} {...rest}>
      {options.map((option) => (
        <label
          key={option.value}
          htmlFor={`${id}-${option.value}`}
          className={cn(
            'flex items-start gap-2.5',
            cards &&
              'rounded-lg border border-line bg-surface p-3 transition-colors hover:bg-hover has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft',
            option.disabled && 'opacity-50',
          )}
        >
          <Radix.Item
            id={`${id}-${option.value}`}
            value={option.value}
            disabled={option.disabled ?? false}
            aria-describedby={option.help ? `${id}-${option.value}-help` : undefined}
            className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface data-[state=checked]:border-accent data-[state=checked]:bg-accent"
          >
            <Radix.Indicator className="size-1.5 rounded-full bg-white" />
          </Radix.Item>
          <span className="grid gap-0.5">
            <span className="text-sm">{option.label}</span>
            {option.help && (
              <span id={`${id}-${option.value}-help`} className="text-muted text-xs">
                {option.help}
              </span>
            )}
          </span>
        </label>
      ))}
    </Radix.Root>
  );
}
