'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { IconButton } from './button';
import { cn } from './cn';

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;

export const scrimStyle = 'fixed inset-0 z-40 animate-fade-in bg-scrim';
const widths = { sm: 'max-w-[420px]', md: 'max-w-[560px]', lg: 'max-w-[800px]', xl: 'max-w-[1080px]' };

/** The surface of a dialog: title and description above, children scroll, `footer` (buttons) stays in sight. */
export function DialogContent({
  title,
  description,
  footer,
  size = 'md',
  className,
  children,
  ...rest
}: Omit<ComponentProps<typeof Radix.Content>, 'title'> & {
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  size?: keyof typeof widths;
}) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={scrimStyle} />
      <div className="pointer-events-none fixed inset-0 z-50 grid place-items-center p-4">
        <Radix.Content
          className={cn(
            'pointer-events-auto flex max-h-[calc(100dvh-2rem)] w-full animate-pop-in flex-col rounded-lg bg-raised shadow-float outline-none',
            widths[size],
            className,
          )}
          {...(description ? {} : { 'aria-describedby': undefined })}
          {...rest}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-5 pb-3">
            <div className="grid gap-1">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description && <Radix.Description className="text-muted text-sm">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" size="sm" className="-mt-1 -mr-1 text-muted">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer && <DialogFooter>{footer}</DialogFooter>}
        </Radix.Content>
      </div>
    </Radix.Portal>
  );
}

/** The row of buttons at the end: cancel first, the verb last. */
export function DialogFooter({ className, ...rest }: ComponentProps<'footer'>) {
  return (
    <footer
      className={cn('flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3', className)}
      {...rest}
    />
  );
}
