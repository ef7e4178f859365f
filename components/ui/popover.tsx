'use client';

import { Popover as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn';

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

/** A floating surface for a small form or detail; give it `aria-label`. */
export function PopoverContent({ className, align = 'start', ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className={cn('z-50 w-80 animate-pop-in rounded-lg bg-raised p-4 shadow-float outline-none', className)}
        {...rest}
      />
    </Radix.Portal>
  );
}
