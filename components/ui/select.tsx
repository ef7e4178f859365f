'use client';

import { Check, ChevronsUpDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';
import { controlStyle } from './input';

export interface SelectOption {
  /** Never empty: for "none" use a word of your own. */
  value: string;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps {
  options: readonly SelectOption[];
  value?: string | undefined;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  size?: 'sm' | 'md';
  className?: string;
  'aria-label'?: string;
}

/** One of a known list. For long lists or lists read from the server use Combobox. */
export function Select({
  options,
  placeholder,
  className,
  size = 'md',
  'aria-label': ariaLabel,
  ...root
}: SelectProps) {
  const field = useFieldControl();
  const { value, defaultValue, onValueChange, name, disabled } = root;
  return (
    <Radix.Root
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      {...(onValueChange === undefined ? {} : { onValueChange })}
      {...(name === undefined ? {} : { name })}
      disabled={disabled ?? false}
    >
      <Radix.Trigger
        aria-label={ariaLabel}
        className={cn(
          controlStyle,
          'flex items-center justify-between gap-2 text-left data-placeholder:text-muted',
          size === 'sm' ? 'h-7 text-xs' : 'h-8',
          className,
        )}
        {...field}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? 'Select…'} />
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-[min(24rem,var(--radix-select-content-available-height))] min-w-(--radix-select-trigger-width) max-w-96 animate-pop-in overflow-hidden rounded-lg bg-raised shadow-float"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="relative flex cursor-default select-none items-start gap-2 rounded-md py-1.5 pr-3 pl-8 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-subtle"
              >
                <Radix.ItemIndicator className="absolute top-2 left-2.5">
                  <Check aria-hidden className="size-3.5" />
                </Radix.ItemIndicator>
                <span className="grid">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.help && <span className="text-muted text-xs">{option.help}</span>}
                </span>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
