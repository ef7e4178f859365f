'use client';

import { Check } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

export const DropdownMenuTrigger = Radix.Trigger;

/** Not modal: a modal menu hides the whole page from assistive technology while its trigger keeps the focus. */
export function DropdownMenu(props: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root modal={false} {...props} />;
}

export const menuSurface =
  'z-50 min-w-48 max-w-80 animate-pop-in overflow-y-auto rounded-lg bg-raised p-1 shadow-float outline-none';
const itemStyle =
  'relative flex w-full cursor-default select-none items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-subtle [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted';

/** The surface of a menu, aligned to the end of its trigger unless told otherwise. */
export function DropdownMenuContent({ className, align = 'end', ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className={cn(menuSurface, 'max-h-(--radix-dropdown-menu-content-available-height)', className)}
        {...rest}
      />
    </Radix.Portal>
  );
}

/** A command. `danger` colors it; `hint` stands at the right (a shortcut, a count). */
export function DropdownMenuItem({
  className,
  danger = false,
  hint,
  children,
  ...rest
}: ComponentProps<typeof Radix.Item> & { danger?: boolean; hint?: ReactNode }) {
  return (
    <Radix.Item
      className={cn(itemStyle, danger && 'text-error data-highlighted:bg-error-soft [&>svg]:text-error', className)}
      {...rest}
    >
      {children}
      {hint && <span className="ml-auto pl-4 text-muted text-xs">{hint}</span>}
    </Radix.Item>
  );
}

/** An entry that navigates. */
export function DropdownMenuLink({ className, children, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Radix.Item asChild>
      <Link className={cn(itemStyle, className)} {...rest}>
        {children}
      </Link>
    </Radix.Item>
  );
}

/** An entry that is on or off; the menu stays open when it is toggled. */
export function DropdownMenuCheckbox({ className, children, ...rest }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem
      className={cn(itemStyle, 'pl-8', className)}
      onSelect={(event) => event.preventDefault()}
      {...rest}
    >
      <Radix.ItemIndicator className="absolute left-2.5">
        <Check aria-hidden className="size-3.5" />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

/** One of several, for a setting that takes effect at once. */
export function DropdownMenuRadio({
  label,
  value,
  onValueChange,
  options,
}: {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode }[];
}) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onValueChange} aria-label={label}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={cn(itemStyle, 'pr-8')}>
          {option.label}
          <Radix.ItemIndicator className="absolute right-2.5">
            <Check aria-hidden className="size-3.5" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function DropdownMenuLabel({ className, ...rest }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn('px-2 py-1.5 font-medium text-muted text-xs', className)} {...rest} />;
}

export function DropdownMenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
