'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button';
import { cn } from './cn';
import { scrimStyle } from './dialog';

export const Sheet = Radix.Root;
export const SheetTrigger = Radix.Trigger;

/** A modal panel from the side: navigation on a phone (left), details of a row (right). */
export function SheetContent({
  title,
  side = 'right',
  wide = false,
  hideTitle = false,
  footer,
  className,
  children,
}: {
  title: ReactNode;
  side?: 'left' | 'right';
  wide?: boolean;
  /** Keeps the title for screen readers only. */
  hideTitle?: boolean;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={scrimStyle} />
      <Radix.Content
        aria-describedby={undefined}
        className={cn(
          'fixed inset-y-0 z-50 flex w-full flex-col bg-raised shadow-float outline-none',
          side === 'right' ? 'right-0 animate-slide-in-right' : 'left-0 animate-slide-in-left',
          wide ? 'max-w-[720px]' : 'max-w-[440px]',
          className,
        )}
      >
        <header
          className={cn(
            'flex items-center justify-between gap-4 border-line border-b px-5 py-3',
            hideTitle && 'absolute top-0 right-0 border-0',
          )}
        >
          <Radix.Title className={cn('font-semibold text-base', hideTitle && 'sr-only')}>{title}</Radix.Title>
          <Radix.Close asChild>
            <IconButton label="Close" size="sm" className="text-muted">
              <X aria-hidden />
            </IconButton>
          </Radix.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
        {footer && <footer className="flex justify-end gap-2 border-line border-t px-5 py-3">{footer}</footer>}
      </Radix.Content>
    </Radix.Portal>
  );
}
